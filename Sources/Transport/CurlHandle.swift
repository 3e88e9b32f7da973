internal import CCurl
internal import Checking
internal import Glibc
internal import Platform
internal import TenantCore

private let isStarted: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

/// One libcurl handle under the house's rules, used by one thread at a time.
@safe
struct CurlHandle: ~Copyable, @unchecked Sendable {
    // Sendable because a noncopyable value has one owner, and libcurl lets a handle change threads between calls.
    private let raw: UnsafeMutableRawPointer
    let judge: Judge
    let witness = TLSWitness()

    private init(owning raw: UnsafeMutableRawPointer, judge: Judge) {
        unsafe self.raw = raw
        self.judge = judge
    }

    deinit { unsafe curl_easy_cleanup(raw) }

    /// A handle that keeps to the policy, needs no signals and knows no proxy.
    static func open(policy: NetworkPolicy) throws(ProbeFailure) -> CurlHandle {
        precondition(isStarted, "libcurl could not be initialised")
        guard let raw = unsafe curl_easy_init() else { throw .outOfMemory }
        let handle = unsafe CurlHandle(owning: raw, judge: Judge(policy: policy))
        handle.set(CURLOPT_NOSIGNAL, 1)
        // Without it a deadline waits for a stalled name resolution.
        handle.set(CURLOPT_QUICK_EXIT, 1)
        handle.set(CURLOPT_TCP_NODELAY, 1)
        handle.set(CURLOPT_MAXCONNECTS, 1)
        handle.set(CURLOPT_PROXY, "")
        handle.set(CURLOPT_NOPROXY, "*")
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_FOLLOWLOCATION, 0)
        unsafe tw_curl_set_opensocket(raw, openSocket, Unmanaged.passUnretained(handle.judge).toOpaque())
        return handle
    }

    func set(_ option: CURLoption, _ value: Int) { unsafe tw_curl_set_long(raw, option, value) }
    func set(_ option: CURLoption, _ value: String?) { unsafe tw_curl_set_string(raw, option, value) }
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) { unsafe tw_curl_set_pointer(raw, option, pointer) }
    func seconds(_ field: CURLINFO) -> Duration { .microseconds(unsafe tw_curl_get_microseconds(raw, field)) }
    func number(_ field: CURLINFO) -> Int { unsafe tw_curl_get_long(raw, field) }
    /// True when the kernel joined our socket to itself because nobody listens on a local port.
    var isSelfConnected: Bool { unsafe tw_curl_is_self_connected(raw) != 0 }
    var socket: Int32 { unsafe tw_curl_get_socket(raw) }

    /// Verifies certificates against the system's authorities, or against those of a file alone.
    func trust(_ tls: TLSSettings) {
        judge.expectTLS()
        witness.begin(showsCertificate: tls.certificateFile != nil)
        unsafe tw_curl_set_debug(raw, hear, Unmanaged.passUnretained(witness).toOpaque())
        // The bundle costs 24 ms and 844 KB a connection, the hashed directory 1.5 ms and 55 KB.
        set(CURLOPT_CAINFO, tls.caFile)
        set(CURLOPT_CAPATH, tls.caFile == nil ? "/etc/ssl/certs" : nil)
        set(CURLOPT_SSLCERT, tls.certificateFile)
        set(CURLOPT_SSLKEY, tls.keyFile ?? tls.certificateFile)
        // Without it OpenSSL asks the terminal for the passphrase of a key that has one.
        set(CURLOPT_KEYPASSWD, "")
    }

    /// Dials this socket file in place of the URL's host; nil dials the host.
    func dial(socketFile: String?) {
        judge.expect(socketFile: socketFile != nil)
        set(CURLOPT_UNIX_SOCKET_PATH, socketFile)
    }

    /// Hands what arrives to `collector`, which the caller keeps alive while the handle performs.
    func deliver(to collector: ResponseCollector) {
        let context = unsafe Unmanaged.passUnretained(collector).toOpaque()
        unsafe tw_curl_set_write(raw, collectBody, context)
        unsafe tw_curl_set_header(raw, collectHeader, context)
    }

    func perform(before deadline: ContinuousClock.Instant) -> CURLcode {
        judge.forget()
        set(CURLOPT_TIMEOUT_MS, max(1, deadline.millisecondsLeft))
        return unsafe curl_easy_perform(raw)
    }

    /// Bytes taken, 0 when it would block, nil when the connection is closed or broken.
    func send(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var count = 0
        let code = unsafe curl_easy_send(raw, bytes.baseAddress, bytes.count, &count)
        if code == CURLE_AGAIN { return 0 }
        if code == CURLE_OK { return count }
        // What the server said before it closed may still wait to be read, for the witness to hear.
        unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { _ = unsafe receive(into: $0) }
        return nil
    }

    /// Bytes read, 0 when it would block, nil when the connection is closed or broken.
    func receive(into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        var count = 0
        let code = unsafe curl_easy_recv(raw, bytes.baseAddress, bytes.count, &count)
        if code == CURLE_AGAIN { return 0 }
        guard code == CURLE_OK, count > 0 else { return nil }
        // The handshake is behind us: from now on listening would cost and tell nothing.
        if witness.end() { unsafe tw_curl_set_debug(raw, nil, nil) }
        return count
    }

    /// The steps of the last dial, as far as they went.
    var dialPhases: [Phase: Duration] {
        let resolved = seconds(CURLINFO_NAMELOOKUP_TIME_T)
        let connected = seconds(CURLINFO_CONNECT_TIME_T)
        let secured = seconds(CURLINFO_APPCONNECT_TIME_T)
        var phases: [Phase: Duration] = [:]
        if resolved > .zero { phases[.resolve] = resolved }
        if connected > .zero { phases[.connect] = connected - resolved }
        if secured > .zero { phases[.tls] = secured - connected }
        return phases
    }
}

/// Judges every address before its socket is made, and remembers what it saw.
final class Judge: Sendable {
    private struct Memory {
        var policy: NetworkPolicy
        var refusal: String?
        /// Why the system made no socket; 0 while it did.
        var socketError: Int32 = 0
        var expectsTLS = false
        var expectsSocketFile = false
        var addressClass: IPAddress.Class?
    }

    private let memory: Guarded<Memory>

    init(policy: NetworkPolicy) {
        memory = Guarded(Memory(policy: policy))
    }

    /// Why the last dial was not allowed to an address, nil when all were.
    var refusal: String? { memory.withLock { $0.refusal } }
    /// Why the system made no socket for the last dial; 0 when it did.
    var socketError: Int32 { memory.withLock { $0.socketError } }
    /// The class of the last address that was dialled.
    var addressClass: IPAddress.Class? { memory.withLock { $0.addressClass } }

    /// Whether the connection is to be encrypted, so that a late step may be due to one tenant's settings.
    var expectsTLS: Bool { memory.withLock { $0.expectsTLS } }

    /// Whether a socket file is to be dialled, and nothing else.
    var expectsSocketFile: Bool { memory.withLock { $0.expectsSocketFile } }

    func expect(socketFile isExpected: Bool) { memory.withLock { $0.expectsSocketFile = isExpected } }

    func expectTLS() { memory.withLock { $0.expectsTLS = true } }

    func forget() { memory.withLock { ($0.refusal, $0.socketError) = (nil, 0) } }

    /// Takes what became of a socket: libcurl forgets why there is none.
    func note(socket: Int32) -> Int32 {
        let code = errno
        if socket < 0 { memory.withLock { $0.socketError = code } }
        return socket
    }

    func allows(_ address: IPAddress) -> Bool {
        memory.withLock { memory in
            memory.addressClass = address.addressClass
            guard let refusal = memory.policy.refusal(of: address) else { return true }
            memory.refusal = refusal
            return false
        }
    }
}

private let openSocket: curl_opensocket_callback = { context, _, address in
    guard let context = unsafe context, let address = unsafe address else { return -1 }
    let judge = unsafe Unmanaged<Judge>.fromOpaque(context).takeUnretainedValue()
    let family = unsafe address.pointee.family
    if judge.expectsSocketFile || family == AF_UNIX {
        guard judge.expectsSocketFile, family == AF_UNIX else { return -1 }
        return unsafe judge.note(
            socket: Glibc.socket(family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol))
    }
    let start = family == AF_INET ? 4 : 8  // Behind family and port; IPv6 has its flow label there too.
    let count = family == AF_INET ? 4 : 16
    guard family == AF_INET || family == AF_INET6, let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else {
        return -1
    }
    let raw = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset + start, count: count)
    guard let ip = unsafe IPAddress(bytes: Array(raw)), judge.allows(ip) else {
        errno = EACCES
        return -1
    }
    return unsafe judge.note(
        socket: Glibc.socket(family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol))
}

private let collectBody: curl_write_callback = { bytes, size, count, context in
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let collector = unsafe Unmanaged<ResponseCollector>.fromOpaque(context).takeUnretainedValue()
    let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe collector.takeBody(Array(raw)) ? size * count : 0
}

private let collectHeader: curl_write_callback = { bytes, size, count, context in
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let collector = unsafe Unmanaged<ResponseCollector>.fromOpaque(context).takeUnretainedValue()
    let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe collector.takeHeader(Array(raw)) ? size * count : 0
}

extension ContinuousClock.Instant {
    /// How long until then, in whole milliseconds; 0 when it is past.
    public var millisecondsLeft: Int {
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: self).components
        return max(0, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
