internal import Checking
internal import TenantCore
internal import Transport

/// What one session's callbacks share: where it may dial, until when, and what was heard on the way.
///
/// Used by one thread at a time, the one that has the session.
final class MongoLink {
    /// The hosts of the connection string, of an SRV record once it is looked up.
    let seeds: [HostPort]
    /// How long SRV and TXT records took, which are looked up once for a session.
    var lookUp: Duration?
    let tls: TLSSettings?
    /// The moment every wait ends at; moved for each check.
    var deadline: ContinuousClock.Instant
    /// Why the last dial failed; libmongoc's own text loses it.
    var failure: ProbeFailure?
    /// The steps of the last good dial.
    var phases: [Phase: Duration] = [:]
    /// Why members could not be dialled, or ended a connection, during the present check.
    private(set) var failures: [HostPort: ProbeFailure] = [:]
    /// What members said of themselves.
    private(set) var described: [HostPort: MongoServerDescription] = [:]
    /// The last good answer, until somebody takes it.
    private var lastAnswer: BSONDocument?
    /// The error that was answered last during the present check, unless a good answer has come since.
    private(set) var lastError: MongoServerError?
    /// True once an answer that is one was larger than we bear.
    var hasLargeAnswer = false
    var hasTimedOut = false
    /// Why a stream ended during the present check; nil while none has.
    private(set) var ending: ProbeFailure?
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
    private var dialled: Set<HostPort> = []
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
        failures = [:]
        lastAnswer = nil
        lastError = nil
        hasLargeAnswer = false
        hasTimedOut = false
        ending = nil
        hasAnswered = false
        received = 0
        dialsOfCheck = 0
    }

    /// Why members that said nothing of themselves were not reached.
    var unreached: [HostPort: ProbeFailure] {
        let silent = dialled.subtracting(described.keys).map { ($0, failures[$0] ?? .timeout($0.description, during: .command)) }
        return Dictionary(uniqueKeysWithValues: silent)
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
        dialled.insert(endpoint)
        guard now < deadline, dialsOfCheck < Self.dialLimit else {
            let failure = failure ?? .timeout(endpoint.description, during: .connect)
            self.failure = failure
            failures[endpoint] = .timeout(endpoint.description, during: .connect)
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
            if let lookUp { phases[.resolve, default: .zero] += lookUp }
            dialledAt = .now
            if isConfigured { ceiling = min(ceiling ?? connection.addressClass, connection.addressClass) }
            return connection
        } catch {
            failure = error
            failures[endpoint] = error
            throw error
        }
    }

    /// Takes note of an answer before libmongoc gets it, whose errors leave out some of it.
    func note(_ answer: BSONDocument, from endpoint: HostPort) {
        if let error = MongoServerError(answer) {
            lastError = error
            return
        }
        lastError = nil
        lastAnswer = answer
        if MongoServerDescription.isOne(answer) { described[endpoint] = MongoServerDescription(answer) }
    }

    /// Hands out the last good answer, which may be large and is not kept.
    func takeAnswer() -> BSONDocument? {
        defer { lastAnswer = nil }
        return lastAnswer
    }

    /// Takes note of why a stream ended.
    func note(ending failure: ProbeFailure, of endpoint: HostPort) {
        ending = failure
        failures[endpoint] = failure
    }

    /// Called as the first command goes out, which libmongoc sends once it is logged in.
    func noteLogin() {
        guard hasLogin, let dialledAt, phases[.auth] == nil else { return }
        phases[.auth] = .now - dialledAt
    }
}
