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
    /// False once the server has refused this user a question about itself, which is then not asked again.
    private(set) var maySeeServer = true
    /// False until this session has asked.
    private(set) var hasSeenServer = false

    /// How many bytes one question may be answered with; SELECT and PING take 12, INFO 8,000.
    private static let answerLimit = 2 * RedisReplyGuard.textLimit

    private static let info = RedisCommand.encode(["INFO"])
    private static let clusterInfo = RedisCommand.encode(["CLUSTER", "INFO"])

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
                let words = identity.username.map { ["AUTH", $0, text] } ?? ["AUTH", text]
                try session.expect("OK", to: [RedisCommand.encode(words)], before: deadline)
            }
            session.phases[.auth] = .now - start
        }
        return session
    }

    /// Sends the commands in one write and reads an answer to each, all of which must be `last` or OK.
    ///
    /// Stops at the first answer that is something else: a later one could be about another database.
    mutating func expect(
        _ last: String, to commands: [[UInt8]], before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) {
        let target = connection.endpoint.description
        try send(Array(commands.joined()), before: deadline)
        for index in commands.indices {
            let wanted = index == commands.count - 1 ? last : "OK"
            switch try receive(withText: false, before: deadline) {
            case .status(let text) where text == wanted: continue
            case .error(let text): throw RedisErrorReply.failure(text, from: target, hiding: login)
            case .status, .text, .other: throw .garbage(target, "Redis")
            }
        }
    }

    /// Asks the server about itself.
    ///
    /// - Returns: what is noteworthy; nil when the user may not ask.
    mutating func seeServer(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> [Finding]? {
        hasSeenServer = true
        guard var text = try ask(Self.info, before: deadline) else {
            maySeeServer = false
            return nil
        }
        if RedisServerReport(text).isClusterNode { text += try ask(Self.clusterInfo, before: deadline) ?? "" }
        return RedisServerReport(text).findings(at: connection.endpoint.description)
    }

    /// The text that answers a command; nil when the server refuses it, for want of a right or because it was renamed.
    private mutating func ask(_ command: [UInt8], before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> String? {
        try send(command, before: deadline)
        switch try receive(withText: true, before: deadline) {
        case .text(let text): return text
        case .error: return nil
        case .status, .other: throw .garbage(connection.endpoint.description, "Redis")
        }
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
            if mustWait { try wait(writing: false, before: deadline) }
            var count: Int? = 0
            var isAdmitted = true
            unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
                count = unsafe connection.receive(into: buffer)
                guard let count, count > 0 else { return }
                isAdmitted = unsafe replyGuard.admits(Array(buffer.prefix(count)), withText: withText)
                if isAdmitted { unsafe redisReaderFeed(reader, buffer.baseAddress, count) }
            }
            guard let count else { throw connection.ending }
            total += count
            guard isAdmitted, total <= Self.answerLimit else { throw .garbage(target, "Redis") }
            mustWait = count == 0 || !connection.isBuffered
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
