internal import Checking
internal import TenantCore
internal import Transport

/// What one session's callbacks share: where it may dial, until when, and what was heard on the way.
///
/// Used by one thread at a time, the one that has the session.
final class MongoLink {
    /// What a member said of itself.
    struct Member {
        var setName: String?
    }

    /// The hosts of the connection string, of an SRV record once it is looked up.
    var seeds: [HostPort]
    let tls: TLSSettings?
    /// The moment every wait ends at; moved for each check.
    var deadline: ContinuousClock.Instant
    /// Why the last dial failed; libmongoc's own text loses it.
    var failure: ProbeFailure?
    /// The steps of the last good dial.
    var phases: [Phase: Duration] = [:]
    /// What the members answered to `hello` while libmongoc looked for a primary.
    var heard: [Member] = []
    var hasTimedOut = false
    /// Why a stream ended during the present check; nil while none has.
    var ending: ProbeFailure?
    /// True once a command of the present check was answered.
    var hasAnswered = false
    /// How many bytes members may answer to one check; honest answers have a few KB.
    static let answerLimit = 1 << 20
    /// How many they have answered.
    var received = 0
    /// How often one check may dial: once for each member that a set may have, and some more.
    private static let dialLimit = 64
    private var dialsOfCheck = 0
    /// The sockets of the streams that libmongoc holds.
    private(set) var sockets: [Int32] = []
    private(set) var dials = 0
    private let hasLogin: Bool
    private var dialledAt: ContinuousClock.Instant?
    /// The least private class among the seeds: no member may be more private.
    private var ceiling: IPAddress.Class?

    init(seeds: [HostPort], tls: TLSSettings?, hasLogin: Bool, deadline: ContinuousClock.Instant) {
        self.seeds = seeds
        self.tls = tls
        self.hasLogin = hasLogin
        self.deadline = deadline
    }

    /// Begins a check.
    func begin(before deadline: ContinuousClock.Instant) {
        self.deadline = deadline
        failure = nil
        hasTimedOut = false
        ending = nil
        hasAnswered = false
        received = 0
        dialsOfCheck = 0
    }

    /// True once any member could be connected to.
    var isConnected: Bool { dialledAt != nil }

    func hold(_ socket: Int32) { sockets.append(socket) }
    func release(_ socket: Int32) { sockets.removeAll { $0 == socket } }

    /// Dials a member for libmongoc, one after the other.
    ///
    /// Each seed gets its share of the time that is left. How many other members there are is not known, so that each
    /// of them gets half of it.
    func dial(_ endpoint: HostPort) throws(ProbeFailure) -> Connection {
        let now = ContinuousClock.now
        guard now < deadline, dialsOfCheck < Self.dialLimit else {
            let failure = failure ?? .timeout(endpoint.description, during: .connect)
            self.failure = failure
            throw failure
        }
        dialsOfCheck += 1
        let isConfigured = seeds.contains(endpoint)
        let share = (deadline - now) / (isConfigured ? max(1, seeds.count - dials) : 2)
        dials += 1
        do throws(ProbeFailure) {
            let connection = try Dialer().dial(
                endpoint, tls: tls, ceiling: isConfigured ? nil : ceiling, before: min(deadline, now + max(share, .milliseconds(50))))
            phases = connection.phases
            dialledAt = .now
            if isConfigured { ceiling = min(ceiling ?? connection.addressClass, connection.addressClass) }
            return connection
        } catch {
            failure = error
            throw error
        }
    }

    /// Called as the first command goes out, which libmongoc sends once it is logged in.
    func noteLogin() {
        guard hasLogin, let dialledAt, phases[.auth] == nil else { return }
        phases[.auth] = .now - dialledAt
    }
}
