internal import CPlatform
internal import Glibc

/// A directory in which files are made, renamed and removed; what was done is durable once it is synced.
public struct Directory: Sendable {
    /// Less than that is no space for a database or a log.
    private static let leastSpace: Int64 = 64 * 1024

    private let path: String
    private let purpose: String

    /// Makes the directory (mode 0700) where it is missing.
    ///
    /// - Parameter purpose: for messages, for example `audit directory`.
    public static func makePrivate(_ path: String, purpose: String) throws(SystemFailure) -> Directory {
        let directory = Directory(path: path, purpose: purpose)
        try directory.make()
        return directory
    }

    /// Makes it anew where somebody has removed it.
    public func make() throws(SystemFailure) { try makePrivateDirectory(path, purpose: purpose) }

    /// Why nothing can be written into it now; nil when it can, as far as that shows.
    public var problem: SystemFailure? {
        guard unsafe access(path, W_OK | X_OK) == 0 else { return SystemFailure(errnoOf: "write to the \(purpose) \(path)") }
        let space = unsafe tw_free_bytes(path)
        return (0..<Self.leastSpace).contains(space) ? SystemFailure(action: "write to the \(purpose) \(path)", code: ENOSPC) : nil
    }

    /// The file of this name; nil when there is none.
    public func identity(of name: String) throws(SystemFailure) -> FileIdentity? { try FileIdentity.at("\(path)/\(name)") }

    /// The names of all that is in it, in no order.
    public func names() throws(SystemFailure) -> [String] {
        guard let stream = unsafe opendir(path) else { throw SystemFailure(errnoOf: "list \(path)") }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw SystemFailure(errnoOf: "list \(path)") }
        return names
    }

    /// Opens or makes a file, as `AppendFile.open` does.
    public func openFile(_ name: String) throws(SystemFailure) -> AppendFile {
        try AppendFile.open(path: "\(path)/\(name)")
    }

    /// Opens a file that is there already and only read.
    public func openFileForReading(_ name: String) throws(SystemFailure) -> AppendFile {
        try AppendFile.openForReading(path: "\(path)/\(name)")
    }

    /// Gives a file another name; a file that bore it is gone.
    public func rename(_ name: String, to newName: String) throws(SystemFailure) {
        guard unsafe Glibc.rename("\(path)/\(name)", "\(path)/\(newName)") == 0 else {
            throw SystemFailure(errnoOf: "rename \(path)/\(name) to \(newName)")
        }
    }

    /// Removes a file.
    public func remove(_ name: String) throws(SystemFailure) {
        guard unsafe unlink("\(path)/\(name)") == 0 else { throw SystemFailure(errnoOf: "remove \(path)/\(name)") }
    }

    /// Waits until all names are on the disk.
    public func sync() throws(SystemFailure) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure(errnoOf: "open the directory \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemFailure(errnoOf: "fsync the directory \(path)") }
    }
}
