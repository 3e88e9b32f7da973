internal import Glibc

/// A file that only grows; each append is on the disk when it returns.
public struct AppendFile: ~Copyable, Sendable {
    private let descriptor: Int32
    private let path: String

    /// Opens or makes the file, readable by its owner alone, and makes its directory entry durable.
    public static func open(path: String) throws(SystemFailure) -> AppendFile {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFailure(action: "open \(path)", code: errno) }
        let file = AppendFile(owning: descriptor, path: path)  // From here `deinit` closes it.
        let parent = unsafe Glibc.open(path.parentDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw SystemFailure(action: "open the directory of \(path)", code: errno) }
        defer { close(parent) }
        guard fsync(parent) == 0 else { throw SystemFailure(action: "fsync the directory of \(path)", code: errno) }
        try file.endTornLine()
        return file
    }

    /// A crash may have left half a line: what follows must not be joined to it.
    private borrowing func endTornLine() throws(SystemFailure) {
        let size = lseek(descriptor, 0, SEEK_END)
        var last = UInt8(ascii: "\n")
        if size > 0 { _ = unsafe pread(descriptor, &last, 1, size - 1) }
        if last != UInt8(ascii: "\n") { try append([UInt8(ascii: "\n")]) }
    }

    private init(owning descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Appends `bytes` and waits until they are stored; after a failure none of them is in the file.
    public borrowing func append(_ bytes: [UInt8]) throws(SystemFailure) {
        let size = lseek(descriptor, 0, SEEK_END)
        do throws(SystemFailure) {
            try appendAll(bytes)
        } catch {
            _ = ftruncate(descriptor, size)
            throw error
        }
    }

    private borrowing func appendAll(_ bytes: [UInt8]) throws(SystemFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SystemFailure(action: "write \(path)", code: errno) }
            rest = rest.dropFirst(written)
        }
        guard fsync(descriptor) == 0 else { throw SystemFailure(action: "fsync \(path)", code: errno) }
    }
}

/// The whole lines at the end of a file, oldest first; reads at most the last 64 KB.
public func lastLines(ofFile path: String) -> [String] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    let window = min(size, 64 * 1024)
    guard window > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: window)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, window, size - window) }
    guard count > 0 else { return [] }
    return bytes.prefix(count).split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
}

extension String {
    /// Everything before the last `/`, `.` when there is none.
    fileprivate var parentDirectory: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}
