internal import BlockingIO
internal import CMongoc
internal import Checking
internal import Glibc
internal import TenantCore
internal import Transport

private let isStarted: Bool = {
    // Its counters would be a file of shared memory for each process, left behind by one that is killed; nobody reads them.
    unsafe setenv("MONGOC_DISABLE_SHM", "1", 1)
    mongoc_init()
    // Its log could hold host names and texts of servers; what matters comes back as errors.
    mongoc_log_set_handler(nil, nil)
    return true
}()

/// What tells the sessions of one login from those of another; the database is chosen per command.
struct MongoIdentity: Hashable, Sendable {
    var address: MongoAddress
    var tls: TLSSettings?
    var timeout: Duration
}

/// One MongoDB conversation over dialled streams, used by one thread at a time.
@safe
struct MongoSession: KeptSession, ~Copyable, @unchecked Sendable {
    // Sendable because a noncopyable value has one owner, and a single-threaded client of libmongoc may
    // change threads between calls.
    private let client: OpaquePointer
    private let link: MongoLink
    /// What the server is known to understand.
    var dialect = MongoDialect()
    /// True until a check has heard what the server says of itself.
    var isFresh = true

    private init(owning client: OpaquePointer, link: MongoLink) {
        unsafe self.client = client
        self.link = link
    }

    deinit {
        link.deadline = .now  // Destroying sends `endSessions`, which would wait for a frozen server.
        unsafe mongoc_client_destroy(client)
    }

    /// Whether libmongoc takes the connection string; does no I/O.
    static func accepts(_ address: MongoAddress) -> Bool {
        precondition(isStarted)
        guard let uri = unsafe address.driverString.reveal({ unsafe mongoc_uri_new_with_error($0, nil) }) else { return false }
        unsafe mongoc_uri_destroy(uri)
        return true
    }

    /// A client that dials through us when it is first used; SRV records are looked up at once.
    ///
    /// - Parameter declaresVersion: whether every command declares version 1 of the stable API.
    static func open(
        _ identity: MongoIdentity, service: MongoService, declaresVersion: Bool, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) -> MongoSession {
        precondition(isStarted)
        let start = ContinuousClock.now
        let address = try service.resolve(identity.address, before: deadline)
        let link = MongoLink(
            seeds: address.hosts, tls: identity.tls,
            hasLogin: identity.address.username != nil, deadline: deadline)
        if identity.address.isService { link.lookUp = .now - start }
        var error = bson_error_t()
        let uri = unsafe address.driverString.reveal { unsafe mongoc_uri_new_with_error($0, &error) }
        guard let uri = unsafe uri else { throw badConnectionString(identity) }
        defer { unsafe mongoc_uri_destroy(uri) }
        let milliseconds = Int32(clamping: identity.timeout.inMicroseconds / 1000)
        // With several hosts a silent one must not use up the time of the others.
        let share = address.hosts.count > 1 ? milliseconds / 2 : milliseconds
        for (option, value) in [
            (MONGOC_URI_CONNECTTIMEOUTMS, share), (MONGOC_URI_SOCKETTIMEOUTMS, milliseconds),
            (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, milliseconds), (MONGOC_URI_SOCKETCHECKINTERVALMS, 600_000),
            // Never again after the first search: when a known server is gone, libmongoc 1.23 dials it once more
            // inside its own lock, and a dial that fails at once takes that lock a second time, for ever. Each
            // check says `hello` itself, and a session does not outlive a failure.
            (MONGOC_URI_HEARTBEATFREQUENCYMS, Int32.max),
        ] { unsafe mongoc_uri_set_option_as_int32(uri, option, max(1, value)) }
        unsafe mongoc_uri_set_option_as_bool(uri, MONGOC_URI_SERVERSELECTIONTRYONCE, true)
        unsafe mongoc_uri_set_appname(uri, "tenantwatch")
        unsafe mongoc_uri_set_compressors(uri, nil)  // Our few bytes are not worth it, and the guard looks into messages.
        guard let client = unsafe mongoc_client_new_from_uri_with_error(uri, &error) else {
            throw badConnectionString(identity)
        }
        let session = unsafe MongoSession(owning: client, link: link)  // From here `deinit` frees it.
        if declaresVersion { session.declareVersion() }
        session.attach()
        return session
    }

    private func declareVersion() {
        let api = unsafe mongoc_server_api_new(MONGOC_SERVER_API_V1)
        defer { unsafe mongoc_server_api_destroy(api) }
        _ = unsafe mongoc_client_set_server_api(client, api, nil)
    }

    private func attach() {
        let context = unsafe Unmanaged.passUnretained(link).toOpaque()
        unsafe mongoc_client_set_error_api(client, MONGOC_ERROR_API_VERSION_2)
        unsafe mongoc_client_set_stream_initiator(client, dialMember, context)
        let callbacks = unsafe mongoc_apm_callbacks_new()
        defer { unsafe mongoc_apm_callbacks_destroy(callbacks) }
        unsafe mongoc_apm_set_command_started_cb(callbacks) { event in
            guard let event = unsafe event, let context = unsafe mongoc_apm_command_started_get_context(event) else { return }
            unsafe Unmanaged<MongoLink>.fromOpaque(context).takeUnretainedValue().noteLogin()
        }
        unsafe mongoc_client_set_apm_callbacks(client, callbacks, context)
    }

    var sockets: [Int32] { link.sockets }
    var dials: Int { link.dials }

    /// The steps of the last dial.
    var phases: [Phase: Duration] { link.phases }

    /// Begins a check, which must be over by `deadline`.
    mutating func begin(before deadline: ContinuousClock.Instant) {
        link.begin(before: deadline)
    }

    /// Runs one command on the server that takes writes, or on a secondary where clients may read there and there is none.
    ///
    /// - Throws: what kept it from an answer; an error that the server answers is a `refused`.
    mutating func run(
        _ command: MongoCommand, on database: String, errors: MongoErrors
    ) throws(ProbeFailure) -> MongoReply {
        var error = bson_error_t()
        let isGood = unsafe tw_run_command(client, database, command.document, errors.readsSecondaries, &error)
        if isGood, let answer = link.takeAnswer() {
            link.hasAnswered = true
            // libmongoc takes an answer for a good one when it finds no error in it.
            guard answer.truth("ok") ?? false else { throw .garbage(errors.target, "MongoDB") }
            return .answered(answer)
        }
        if error.domain == MONGOC_ERROR_SERVER.rawValue, let refusal = link.lastError {
            link.hasAnswered = true
            return .refused(refusal)
        }
        var failure = errors.failure(error, link: link)
        if failure.phases.isEmpty { failure.phases = link.phases }
        throw failure
    }

    /// Closes the cursor that a server without filters opens for a list of collections.
    mutating func closeCursor(of answer: BSONDocument, on database: String, errors: MongoErrors) throws(ProbeFailure) {
        guard let cursor = answer.document("cursor")?.number("id"), cursor != 0 else { return }
        let command = MongoCommand(
            #""killCursors": "$cmd.listCollections", "cursors": [{"$numberLong": "\#(cursor)"}]"#)
        _ = try run(command, on: database, errors: errors)
    }

    /// What the server said of itself as libmongoc chose it.
    var handshake: MongoServerDescription? {
        link.described.values.first(where: \.takesWrites) ?? link.described.values.first
    }

    /// True when the server answered that clients must declare a version of the stable API.
    var needsVersion: Bool { link.lastError?.meaning == .versionRequired }

    /// True once an answer of this check was too large to be read.
    var hasLargeAnswer: Bool { link.hasLargeAnswer }

    private static func badConnectionString(_ identity: MongoIdentity) -> ProbeFailure {
        ProbeFailure(
            .badConnectionString, "libmongoc does not accept the connection string of \(identity.address.backend)",
            remedy: "Compare its options with the MongoDB connection-string specification.")
    }
}

private func name(of host: UnsafePointer<mongoc_host_list_t>) -> String {
    unsafe withUnsafeBytes(of: host.pointee.host) { raw in unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self) }
}

private let dialMember: mongoc_stream_initiator_t = { _, host, context, _ in
    guard let host = unsafe host, let context = unsafe context else { return nil }
    let link = unsafe Unmanaged<MongoLink>.fromOpaque(context).takeUnretainedValue()
    let endpoint = unsafe HostPort(host: name(of: host), port: Int(host.pointee.port))
    let dialled = Result { () throws(ProbeFailure) in MongoStream(connection: try link.dial(endpoint), link: link) }
    // Never nil: libmongoc 1.23 reports a missing stream from inside its own lock and takes the lock again. A
    // stream that fails at its first use goes the way of any broken connection; the link knows why.
    return unsafe MongoStream.wrap(try? dialled.get())
}
