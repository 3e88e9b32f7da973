internal import CPlatform

/// Compresses bytes as they come; used by one task or thread at a time.
@safe
public struct GzipStream: ~Copyable {
    /// The quickest level: text of metrics shrinks to a twelfth with it already.
    private static let level: Int32 = 1
    private static let pieceSize = 64 * 1024

    private let stream: UnsafeMutablePointer<z_stream>

    /// A stream that has taken nothing; nil when there is no memory for it.
    public static func open() -> GzipStream? {
        guard let stream = unsafe tw_gzip_open(level) else { return nil }
        return unsafe GzipStream(owning: stream)
    }

    private init(owning stream: UnsafeMutablePointer<z_stream>) { unsafe self.stream = stream }

    deinit { unsafe tw_gzip_close(stream) }

    /// Takes bytes and gives what is compressed so far, which may be nothing.
    public mutating func compress(_ bytes: [UInt8]) -> [UInt8] { run(bytes, isLast: false) }

    /// Gives the rest; nothing may be taken after it.
    public mutating func finish() -> [UInt8] { run([], isLast: true) }

    private func run(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
        var compressed: [UInt8] = []
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe tw_gzip_push(stream, input.baseAddress, input.count)
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.pieceSize) { piece in
                while case let count = unsafe tw_gzip_pull(stream, piece.baseAddress, piece.count, isLast ? 1 : 0), count > 0 {
                    unsafe compressed.append(contentsOf: piece.prefix(count))
                }
            }
        }
        return compressed
    }
}
