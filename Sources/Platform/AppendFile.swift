internal import Glibc

/// A file that is written at its end alone.
public final class AppendFile: Sendable {
    private let descriptor: Int32
    private let path: String

    /// Opens or makes the file, readable by its owner alone; a new name is durable once its directory is synced.
    public static func open(path: String) throws(SystemFailure) -> AppendFile {
        try open(path: path, flags: O_RDWR | O_APPEND | O_CREAT)
    }

    /// Opens a file that is there already and only read.
    public static func openForReading(path: String) throws(SystemFailure) -> AppendFile {
        try open(path: path, flags: O_RDONLY)
    }

    private static func open(path: String, flags: Int32) throws(SystemFailure) -> AppendFile {
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFailure(errnoOf: "open \(path)") }
        return AppendFile(owning: descriptor, path: path)  // From here `deinit` closes it.
    }

    private init(owning descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Which file it is; nil when that cannot be known.
    public var identity: FileIdentity? { FileIdentity.of(descriptor) }

    /// In bytes.
    public var size: Int { max(0, lseek(descriptor, 0, SEEK_END)) }

    /// What stands in `range`; less where the file ends before it.
    public func read(_ range: Range<Int>) throws(SystemFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var count = 0
        while count < range.count {
            let more = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe pread(descriptor, bytes.baseAddress?.advanced(by: count), bytes.count - count, range.lowerBound + count)
            }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw SystemFailure(errnoOf: "read \(path)") }
            if more == 0 { break }
            count += more
        }
        return Array(bytes.prefix(count))
    }

    /// Adds `bytes` at the end, durable once they are synced; after a failure some of them may be there.
    public func append(_ bytes: [UInt8]) throws(SystemFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SystemFailure(errnoOf: "write \(path)") }
            rest = rest.dropFirst(written)
        }
    }

    /// Cuts off everything behind the first `size` bytes.
    public func truncate(to size: Int) throws(SystemFailure) {
        guard ftruncate(descriptor, size) == 0 else { throw SystemFailure(errnoOf: "truncate \(path)") }
    }

    /// Waits until all that was written is on the disk.
    ///
    /// - Throws: `SystemFailure`, after which the kernel may have dropped what was not yet on the disk: that a later call
    ///   succeeds proves nothing (fsync(2), NOTES).
    public func sync() throws(SystemFailure) {
        while fsync(descriptor) != 0 {
            if errno != EINTR { throw SystemFailure(errnoOf: "fsync \(path)") }
        }
    }
}
