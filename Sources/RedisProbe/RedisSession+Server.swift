internal import Checking

/// A part of INFO that holds what no answer to PING shows. The others are never asked for: some grow with the number of
/// databases or of error codes.
enum RedisSection: String, CaseIterable {
    case replication, memory, persistence, cluster
    /// Not of INFO itself: CLUSTER INFO, which a node of a cluster is asked.
    case clusterState

    static let sentinel = RedisCommand.encode(["INFO", "sentinel"])

    /// Those that every server is asked.
    static let ofEveryServer: [RedisSection] = [.replication, .memory, .persistence, .cluster]

    private static let commands = Dictionary(
        uniqueKeysWithValues: ofEveryServer.map { ($0, RedisCommand.encode(["INFO", $0.rawValue])) }
            + [(clusterState, RedisCommand.encode(["CLUSTER", "INFO"]))])

    var command: [UInt8] { Self.commands[self] ?? [] }
}

/// What became of a question on which the check does not depend.
enum RedisAnswer: Equatable {
    enum Loss {
        /// Longer than what is read, or of a form that nobody asked for.
        case unreadable
        /// The connection was closed, or the time was up.
        case closed
    }

    case text(String)
    /// An error, nothing, a number: the user or the server has no such thing.
    case refused
    /// The session cannot go on.
    case lost(Loss)
}

/// What a server said of itself.
struct RedisServerAnswers {
    /// All sections that were answered.
    var text = ""
    /// How many sections were.
    var answered = 0
    /// Those that cost the session because they could not be read.
    var unreadable: [RedisSection] = []
    /// Whether the connection ended, or the time, before all was answered.
    var wasCutOff = false
    var isSentinel = false
}

extension RedisSession {
    /// Asks the server about itself; nothing that it answers, or does not, is a failure of the check.
    mutating func seeServer(_ sections: [RedisSection], before deadline: ContinuousClock.Instant) -> RedisServerAnswers {
        hasSeenServer = true
        var answers = RedisServerAnswers()
        let common = sections.filter { RedisSection.ofEveryServer.contains($0) }
        // All in one write, for a check that waits for five answers one after the other looks slow.
        for (index, section) in common.enumerated() {
            let commands = index == 0 ? Array(common.map(\.command).joined()) : nil
            guard note(question(commands, before: deadline), to: section, in: &answers) else { break }
        }
        let report = RedisServerReport(answers.text)
        if isReusable, report.isClusterNode, sections.contains(.clusterState) {
            _ = note(question(RedisSection.clusterState.command, before: deadline), to: .clusterState, in: &answers)
        }
        if isReusable, answers.answered > 0, report.mayBeSentinel { answers.isSentinel = isSentinel(before: deadline) }
        maySeeServer = answers.answered > 0 || !isReusable
        return answers
    }

    /// False when nothing more can be read.
    private func note(_ answer: RedisAnswer, to section: RedisSection, in answers: inout RedisServerAnswers) -> Bool {
        switch answer {
        case .text(let text):
            answers.text += text + "\r\n"
            answers.answered += 1
        case .refused: break
        case .lost(.unreadable):
            answers.unreadable.append(section)
            return false
        case .lost(.closed):
            answers.wasCutOff = true
            return false
        }
        return true
    }
}
