internal import BlockingIO
internal import CHiredis
internal import Checking
internal import TenantCore
internal import Transport

/// One Redis conversation over a dialled connection, used by one thread at a time.
@safe
struct RedisSession: KeptSession, ~Copyable, @unchecked Sendable {
    // Sendable because a noncopyable value has one owner, and a reader of hiredis is plain memory.
    private let reader: UnsafeMutablePointer<redisReader>
    private let connection: Connection
    private let login: Secret?
    /// The steps of the dial.
    private(set) var phases: [Phase: Duration]
    private var replyGuard = RedisReplyGuard()
    /// The database that commands go to; a new connection is in 0.
    private var database = 0
    /// Whether the server has answered anything in this session.
    private var hasAnswered = false
    /// False once this user may not send PING, whose place an ordinary command then takes.
    var mayPing = true
    /// False once something was not read to its end, so that what comes next could be taken for another answer.
    private(set) var isReusable = true
    /// False once the server has refused this user every question about itself, which are then not asked again.
    var maySeeServer = true
    /// False until this session has asked.
    var hasSeenServer = false
    /// Whether a connection that had answered before ended at its first SELECT.
    private(set) var endsAtSelection = false
    /// What the login showed.
    private var loginFinding: Finding?
    /// What the last answer to PING showed.
    private var pingFinding: Finding?
    /// What this session has seen of a server that works.
    var findings: [Finding] { [pingFinding, loginFinding].compactMap { $0 } }

    /// How many bytes one question may be answered with; SELECT and PING take 12, a section of INFO 2,000.
    private static let answerLimit = 2 * RedisReplyGuard.textLimit

    private static let ping = RedisCommand.encode(["PING"])
    /// Asks nothing of a tenant's keys, and is refused as they are: while the server loads, for instance.
    private static let exists = RedisCommand.encode(["EXISTS", "tenantwatch"])

    private init(owning reader: UnsafeMutablePointer<redisReader>, over connection: consuming Connection, login: Secret?) {
        unsafe self.reader = reader
        self.login = login
        phases = connection.phases
        self.connection = connection
    }

    deinit { unsafe redisReaderFree(reader) }

    var sockets: [Int32] { [connection.descriptor] }
    /// A session is one connection.
    var dials: Int { 1 }

    /// Dials and logs in.
    static func open(_ identity: RedisIdentity, before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> RedisSession {
        let connection = try Dialer().dial(identity.endpoint, tls: identity.tls, before: deadline)
        guard let reader = unsafe redisReaderCreate() else { preconditionFailure("out of memory") }
        var session = unsafe RedisSession(owning: reader, over: connection, login: identity.login)
        if let login = identity.login {
            let start = ContinuousClock.now
            try login.reveal { text throws(ProbeFailure) in
                try session.logIn(username: identity.username, password: text, before: deadline)
            }
            session.phases[.auth] = .now - start
        }
        return session
    }

    private mutating func logIn(
        username: String?, password: String, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) {
        let plain = RedisCommand.encode(["AUTH", password])
        guard let username else { return try logIn(plain, withUsername: false, before: deadline) }
        do throws(ProbeFailure) {
            try logIn(RedisCommand.encode(["AUTH", username, password]), withUsername: true, before: deadline)
        } catch {
            // redis-py does the same with a server that knows no user names.
            guard error.reason == .usernameUnsupported, (try? logIn(plain, withUsername: false, before: deadline)) != nil else {
                throw error
            }
            loginFinding = Finding(error.reason, error.detail, remedy: error.remedy)
        }
    }

    private mutating func logIn(
        _ command: [UInt8], withUsername: Bool, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) {
        do throws(ProbeFailure) {
            try send(command, before: deadline)
            try expect("OK", to: .login(withUsername: withUsername), before: deadline)
        } catch {
            guard withUsername, error.reason == .disconnected else { throw error }
            var failure = error
            failure.remedy =
                "Read the server's log. A proxy that knows no user names closes the connection at AUTH with one: leave out redis_username."
            throw failure
        }
    }

    /// Asks whether the database answers.
    ///
    /// A session that is elsewhere goes there first: no answer is ever about another database.
    mutating func ask(_ database: Int, select: [UInt8], before deadline: ContinuousClock.Instant) throws(ProbeFailure) {
        pingFinding = nil
        guard self.database != database else { return try askLiveness(before: deadline) }
        // Proxies without SELECT hang up at it. After an answer to PING one knows what the hang-up was about.
        if !hasAnswered { try askLiveness(before: deadline) }
        try move(to: database, select: select, before: deadline)
    }

    /// Sends SELECT and PING in one write; the answer to PING counts only after SELECT's.
    private mutating func move(to database: Int, select: [UInt8], before deadline: ContinuousClock.Instant) throws(ProbeFailure) {
        try send(select + (mayPing ? Self.ping : Self.exists), before: deadline)
        do throws(ProbeFailure) {
            try expect("OK", to: .selection, before: deadline)
        } catch {
            endsAtSelection = self.database == 0 && error.reason == .disconnected
            throw error
        }
        self.database = database
        try judgeLiveness(before: deadline)
    }

    private mutating func askLiveness(before deadline: ContinuousClock.Instant) throws(ProbeFailure) {
        try send(mayPing ? Self.ping : Self.exists, before: deadline)
        try judgeLiveness(before: deadline)
    }

    /// Reads the answer to PING, or to the command in its place. That a user may not send PING, or a server does not have
    /// it, keeps no ordinary client from its work: what such a client sends then decides.
    private mutating func judgeLiveness(before deadline: ContinuousClock.Instant) throws(ProbeFailure) {
        let target = connection.endpoint.description
        let reply = try receive(withText: !mayPing, before: deadline)
        hasAnswered = true
        switch reply {
        case .status(let text), .text(let text):
            // Some servers send a status as a text, or in small letters; clients take both.
            guard mayPing, text.uppercased() == "PONG" else { throw .garbage(target, "Redis") }
        case .error(let text) where mayPing && RedisErrorReply.isRefusal(text):
            mayPing = false
            return try askLiveness(before: deadline)
        case .error(let text) where mayPing && RedisErrorReply.writeRefusal(text, from: target) != nil:
            pingFinding = RedisErrorReply.writeRefusal(text, from: target)
            mayPing = false
            defer { mayPing = true }
            return try askLiveness(before: deadline)
        // Not this key, not here, not this user: the server works.
        case .error(let text) where !mayPing && (RedisErrorReply.isRefusal(text) || Self.isRedirect(text)): return
        case .error(let text): throw try explain(text, to: .liveness, before: deadline)
        case .other where !mayPing: return
        case .other: throw .garbage(target, "Redis")
        }
    }

    private static func isRedirect(_ text: String) -> Bool {
        ["MOVED ", "ASK ", "TRYAGAIN", "CROSSSLOT"].contains { text.hasPrefix($0) }
    }

    /// Reads a status, which must be `wanted`.
    private mutating func expect(
        _ wanted: String, to step: RedisStep, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) {
        // The answer to what went out with it may come in the same packet.
        let reply = try receive(withText: !mayPing, before: deadline)
        hasAnswered = true
        switch reply {
        case .status(let text) where text.uppercased() == wanted: return
        case .text(let text) where text.uppercased() == wanted: return
        case .error(let text): throw try explain(text, to: step, before: deadline)
        case .status, .text, .other: throw .garbage(connection.endpoint.description, "Redis")
        }
    }

    /// The failure that an error means. A Sentinel refuses logins and databases as others do, and needs another remedy.
    private mutating func explain(
        _ text: String, to step: RedisStep, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) -> ProbeFailure {
        let target = connection.endpoint.description
        let failure = RedisErrorReply.failure(text, from: target, to: step, hiding: login)
        let isLikeSentinels = [.passwordUnexpected, .wrongpass, .selectUnavailable].contains(failure.reason)
        guard isLikeSentinels else { return failure }
        if step == .selection { _ = question(nil, before: deadline) }  // The answer to PING, which went out with SELECT.
        return isSentinel(before: deadline) ? .sentinel(target) : failure
    }

    /// Asks what costs the check nothing but the session when it is not answered.
    ///
    /// - Parameter command: nil reads the answer to what was sent before.
    mutating func question(_ command: [UInt8]?, before deadline: ContinuousClock.Instant) -> RedisAnswer {
        do throws(ProbeFailure) {
            if let command {
                guard isReusable else { return .lost(.closed) }
                try send(command, before: deadline)
            }
            switch try receive(withText: true, before: deadline) {
            case .text(let text): return .text(text)
            case .error, .status, .other: return .refused
            }
        } catch {
            isReusable = false
            return .lost(error.reason == .garbage ? .unreadable : .closed)
        }
    }

    /// Whether the other side is a Sentinel, as far as it lets us ask.
    mutating func isSentinel(before deadline: ContinuousClock.Instant) -> Bool {
        guard case .text(let text) = question(RedisSection.sentinel, before: deadline) else { return false }
        return RedisServerReport(text).isSentinel
    }

    private mutating func send(_ bytes: [UInt8], before deadline: ContinuousClock.Instant) throws(ProbeFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { unsafe connection.send($0) }
            guard let sent else { throw connection.ending }
            rest = rest.dropFirst(sent)
            if sent == 0 { try wait(writing: true, before: deadline) }
        }
    }

    private mutating func receive(
        withText: Bool, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) -> RedisReply {
        let target = connection.endpoint.description
        var total = 0
        var mustWait = !connection.isBuffered  // The answer to what was just sent is still on its way.
        while true {
            if let reply = try parse(target) { return reply }
            // What comes next would be waited for in vain, or taken for another answer.
            guard isReusable else { throw .garbage(target, "Redis") }
            if mustWait { try wait(writing: false, before: deadline) }
            var count: Int? = 0
            var stranger: RedisStranger?
            unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
                count = unsafe connection.receive(into: buffer)
                guard let count, count > 0 else { return }
                let bytes = unsafe Array(buffer.prefix(count))
                let admitted = replyGuard.admit(bytes, withText: withText)
                unsafe redisReaderFeed(reader, buffer.baseAddress, admitted)
                guard admitted < count else { return }
                isReusable = false
                if !hasAnswered { stranger = RedisStranger.recognise(bytes) }
            }
            if let stranger { throw stranger.failure(at: target) }
            guard let count else { throw connection.ending }
            total += count
            if total > Self.answerLimit { isReusable = false }
            mustWait = isReusable && (count == 0 || !connection.isBuffered)
        }
    }

    /// The next whole reply in the reader, nil when it needs more bytes.
    private mutating func parse(_ target: String) throws(ProbeFailure) -> RedisReply? {
        var raw: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &raw) == REDIS_OK else { throw .garbage(target, "Redis") }
        guard let raw = unsafe raw else { return nil }
        defer { unsafe freeReplyObject(raw) }
        let reply = unsafe raw.assumingMemoryBound(to: redisReply.self).pointee
        let text = unsafe String(
            decoding: UnsafeRawBufferPointer(start: reply.str, count: reply.str == nil ? 0 : Int(reply.len)), as: UTF8.self)
        switch unsafe reply.type {
        case REDIS_REPLY_STATUS: return .status(text)
        case REDIS_REPLY_ERROR: return .error(text)
        case REDIS_REPLY_STRING: return .text(text)
        default: return .other
        }
    }

    private func wait(writing: Bool, before deadline: ContinuousClock.Instant) throws(ProbeFailure) {
        guard connection.wait(writing: writing, milliseconds: deadline.millisecondsLeft) else {
            // One thread serves every client of a Redis: silence is the server's and not the tenant's.
            throw .timeout(connection.endpoint.description, during: .command, scope: .trust)
        }
    }
}
