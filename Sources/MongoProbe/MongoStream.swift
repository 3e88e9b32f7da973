internal import CMongoc
internal import Checking
internal import Glibc
internal import TenantCore
internal import Transport

/// The bytes of one connection as libmongoc wants them; owned by the C stream, freed in its `destroy`.
///
/// Every wait is clipped to the check's deadline, which libmongoc itself does not know.
final class MongoStream {
    /// Marks our streams among libmongoc's own types, which are small numbers.
    private static let kind: Int32 = 0x7477

    let connection: Connection
    let link: MongoLink
    /// Where bytes arrive: libmongoc asks for 4 and then for the rest.
    private var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    private var replyGuard = MongoReplyGuard(limit: MongoLink.answerLimit)
    /// False once something else than an answer has come, which libmongoc must not see.
    private var isAdmitted = true
    private(set) var isTimedOut = false
    private(set) var isRetryable = false

    init(connection: consuming Connection, link: MongoLink) {
        self.connection = connection
        self.link = link
        link.hold(self.connection.descriptor)
    }

    deinit { link.release(connection.descriptor) }

    var hasBuffered: Bool { replyGuard.hasReady }

    /// `timeout` in milliseconds, at most until the deadline; negative means for ever.
    private func clip(_ timeout: Int32) -> Int {
        let left = link.deadline.millisecondsLeft
        return timeout < 0 ? left : min(left, Int(timeout))
    }

    private func fail(_ code: Int32) -> Int {
        isRetryable = code == EAGAIN
        isTimedOut = code == ETIMEDOUT
        if code == ETIMEDOUT { link.hasTimedOut = true }
        if code == ECONNRESET || code == EPIPE { noteHangUp() }
        errno = code
        return -1
    }

    /// Called when the socket says that the other side is gone.
    func noteHangUp() { link.note(ending: connection.ending, of: connection.endpoint) }

    /// Sends all pieces as one, so that a command is one packet and one TLS record.
    func write(_ pieces: UnsafeBufferPointer<mongoc_iovec_t>, timeout: Int32) -> Int {
        var bytes: [UInt8] = []
        for index in pieces.indices {
            let piece = unsafe pieces[index]
            unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: piece.iov_base, count: piece.iov_len))
        }
        replyGuard.awaitAnswer(to: bytes)
        var sent = 0
        while sent < bytes.count {
            let step = unsafe bytes.withUnsafeBytes { unsafe connection.send(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
            guard let step else { return fail(EPIPE) }
            if step == 0 {
                let wait = clip(timeout)
                guard wait > 0, connection.wait(writing: true, milliseconds: wait) else {
                    return fail(timeout == 0 ? EAGAIN : ETIMEDOUT)
                }
            }
            sent += step
        }
        return sent
    }

    /// Reads into the pieces until at least `minimum` bytes are there; tries once even for 0.
    func read(_ pieces: UnsafeBufferPointer<mongoc_iovec_t>, atLeast minimum: Int, timeout: Int32) -> Int {
        var total = 0
        let wanted = unsafe pieces.reduce(0) { unsafe $0 + $1.iov_len }
        guard wanted <= MongoLink.answerLimit - link.received else { return fail(EMSGSIZE) }
        // An answer is on its way: to look first would be for nothing, unless TLS may have it already.
        let mustWait = timeout != 0 && !connection.isBuffered
        for index in pieces.indices {
            let piece = unsafe pieces[index]
            var at = 0
            while unsafe at < piece.iov_len {
                if mustWait, !hasBuffered, total < max(minimum, 1), !awaitBytes(timeout) { return fail(ETIMEDOUT) }
                let rest = unsafe UnsafeMutableRawBufferPointer(start: piece.iov_base + at, count: piece.iov_len - at)
                guard let count = unsafe pull(into: rest) else { return total > 0 ? total : fail(ECONNRESET) }
                guard isAdmitted else {
                    link.note(ending: .garbage(connection.endpoint.description, "MongoDB"), of: connection.endpoint)
                    return fail(EBADMSG)
                }
                if count == 0 {
                    if total >= max(minimum, 1) { return total }
                    if timeout == 0 { return fail(EAGAIN) }
                    if !awaitBytes(timeout) { return fail(ETIMEDOUT) }
                }
                at += count
                total += count
                link.received += count
            }
        }
        return total
    }

    /// Waits for bytes; false when the time is up.
    private func awaitBytes(_ timeout: Int32) -> Bool {
        let wait = clip(timeout)
        return wait > 0 && connection.wait(writing: false, milliseconds: wait)
    }

    /// Copies what the guard has let through, after one look for more when that is nothing; nil when the stream has ended.
    private func pull(into target: UnsafeMutableRawBufferPointer) -> Int? {
        if !hasBuffered {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe connection.receive(into: $0) }
            guard let count else { return nil }
            isAdmitted = isAdmitted && replyGuard.take(buffer[..<count])
            for answer in replyGuard.takeAnswers() { link.note(answer, from: connection.endpoint) }
            if replyGuard.isTooLarge { link.hasLargeAnswer = true }
        }
        let bytes = replyGuard.hand(target.count)
        unsafe target.copyBytes(from: bytes)
        return bytes.count
    }

    /// Whether the other side has closed, seen without taking a byte.
    func isHungUp() -> Bool {
        guard !hasBuffered, connection.wait(writing: false, milliseconds: 0) else { return false }
        var byte: UInt8 = 0
        let count = unsafe recv(connection.descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count == 0 || (count < 0 && errno != EAGAIN)
    }

    /// Wraps `stream` for libmongoc, which frees it through `destroy` or `failed`; nil makes a stream that only fails.
    static func wrap(_ stream: MongoStream?) -> UnsafeMutablePointer<mongoc_stream_t> {
        let made = UnsafeMutablePointer<tw_stream>.allocate(capacity: 1)
        unsafe made.initialize(to: tw_stream())
        unsafe made.pointee.context = unsafe stream.map { unsafe Unmanaged.passRetained($0).toOpaque() }
        unsafe made.pointee.base.type = kind
        unsafe made.pointee.base.destroy = destroyStream
        unsafe made.pointee.base.failed = { stream in unsafe stream?.pointee.destroy(stream) }
        unsafe made.pointee.base.close = { _ in 0 }
        unsafe made.pointee.base.flush = { _ in 0 }
        unsafe made.pointee.base.writev = { stream, pieces, count, timeout in
            unsafe found(stream)?.write(UnsafeBufferPointer(start: pieces, count: count), timeout: timeout) ?? -1
        }
        unsafe made.pointee.base.readv = { stream, pieces, count, minimum, timeout in
            unsafe found(stream)?.read(UnsafeBufferPointer(start: pieces, count: count), atLeast: minimum, timeout: timeout) ?? -1
        }
        unsafe made.pointee.base.setsockopt = { _, _, _, _, _ in 0 }
        unsafe made.pointee.base.check_closed = { stream in unsafe found(stream)?.isHungUp() ?? true }
        unsafe made.pointee.base.timed_out = { stream in unsafe found(stream)?.isTimedOut ?? false }
        unsafe made.pointee.base.should_retry = { stream in unsafe found(stream)?.isRetryable ?? false }
        unsafe made.pointee.base.poll = { entries, count, timeout in
            guard let entries = unsafe entries else { return -1 }
            return unsafe pollStreams(UnsafeMutableBufferPointer(start: entries, count: count), timeout: timeout)
        }
        return unsafe UnsafeMutableRawPointer(made).assumingMemoryBound(to: mongoc_stream_t.self)
    }
}

private let destroyStream: @convention(c) (UnsafeMutablePointer<mongoc_stream_t>?) -> Void = { stream in
    guard let stream = unsafe stream else { return }
    unsafe stream.withMemoryRebound(to: tw_stream.self, capacity: 1) { made in
        if let context = unsafe made.pointee.context { unsafe Unmanaged<MongoStream>.fromOpaque(context).release() }
        unsafe made.deinitialize(count: 1)
        unsafe made.deallocate()
    }
}

private func found(_ stream: UnsafeMutablePointer<mongoc_stream_t>?) -> MongoStream? {
    guard let stream = unsafe stream else { return nil }
    return unsafe stream.withMemoryRebound(to: tw_stream.self, capacity: 1) { made in
        guard let context = unsafe made.pointee.context else { return nil }
        return unsafe Unmanaged<MongoStream>.fromOpaque(context).takeUnretainedValue()
    }
}

/// Waits for any of several members' streams, for libmongoc's parallel search for a primary.
private func pollStreams(_ entries: UnsafeMutableBufferPointer<mongoc_stream_poll_t>, timeout: Int32) -> Int {
    var descriptors: [pollfd] = []
    var wait = timeout < 0 ? Int.max : Int(timeout)
    var ready = 0
    var link: MongoLink?
    for index in entries.indices {
        guard let stream = unsafe found(entries[index].stream) else {
            unsafe entries[index].revents = Int32(POLLERR)
            ready += 1
            descriptors.append(pollfd(fd: -1, events: 0, revents: 0))  // `poll` passes over it.
            continue
        }
        link = stream.link
        wait = min(wait, stream.link.deadline.millisecondsLeft)
        let isReadable = unsafe stream.hasBuffered && entries[index].events & Int32(POLLIN) != 0
        unsafe entries[index].revents = isReadable ? Int32(POLLIN) : 0
        ready += isReadable ? 1 : 0
        descriptors.append(
            pollfd(fd: stream.connection.descriptor, events: unsafe Int16(truncatingIfNeeded: entries[index].events), revents: 0))
    }
    let answered = unsafe Glibc.poll(&descriptors, nfds_t(descriptors.count), ready > 0 ? 0 : Int32(clamping: wait))
    if answered < 0 { return ready > 0 ? ready : -1 }
    if answered == 0, ready == 0, wait == 0, timeout != 0 {
        // Past the deadline. Answering 0 would make libmongoc spin until its own timeout of 10 s.
        link?.hasTimedOut = true
        for index in entries.indices { unsafe entries[index].revents = Int32(POLLERR) }
        return entries.count
    }
    var total = 0
    for index in entries.indices {
        // libmongoc gives such a stream up without reading it, so that nobody else would notice.
        let events = wanted(descriptors[index])
        if events & (Int32(POLLERR) | Int32(POLLHUP)) != 0 { unsafe found(entries[index].stream)?.noteHangUp() }
        unsafe entries[index].revents |= events
        if unsafe entries[index].revents != 0 { total += 1 }
    }
    return total
}

/// What to tell libmongoc of a socket. At a hang-up libmongoc would not look for the last words, so that it hears of one
/// only when there is nothing to read or write.
private func wanted(_ entry: pollfd) -> Int32 {
    let asked = entry.revents & entry.events
    return Int32(asked != 0 ? asked : entry.revents)
}
