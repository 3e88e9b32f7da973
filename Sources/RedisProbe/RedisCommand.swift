internal import CHiredis

/// Commands as they go over the wire.
enum RedisCommand {
    /// `words` in the Redis protocol, encoded by hiredis.
    static func encode(_ words: [String]) -> [UInt8] {
        let texts = words.map { Array($0.utf8.map(CChar.init(bitPattern:))) }
        let copies = unsafe texts.map { text in
            let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(1, text.count))
            _ = unsafe copy.update(fromContentsOf: text)
            return unsafe copy
        }
        defer { unsafe copies.forEach { unsafe $0.deallocate() } }
        var pointers: [UnsafePointer<CChar>?] = unsafe copies.map { unsafe UnsafePointer($0.baseAddress) }
        let lengths = texts.map(\.count)
        var wire: UnsafeMutablePointer<CChar>?
        let count = unsafe redisFormatCommandArgv(&wire, Int32(words.count), &pointers, lengths)
        guard count > 0, let wire = unsafe wire else { preconditionFailure("hiredis could not format a command") }
        defer { unsafe redisFreeCommand(wire) }
        return unsafe UnsafeBufferPointer(start: wire, count: Int(count)).map { UInt8(bitPattern: $0) }
    }
}

/// An answer, as far as a check cares.
enum RedisReply: Equatable {
    case status(String)
    case error(String)
    case text(String)
    /// A number, a list or nothing.
    case other
}
