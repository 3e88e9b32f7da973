internal import FoundationEssentials
internal import Glibc

/// A directory in which files are made, renamed and removed; what was done is durable once it is synced.
public struct Directory: Sendable {
    private let path: String

    /// Makes the directory (mode 0700) where it is missing.
    public static func makePrivate(_ path: String) throws(SystemFailure) -> Directory {
        try makePrivateDirectory(path)
        return Directory(path: path)
    }

    /// The names of all that is in it, in no order.
    public func names() throws(SystemFailure) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw SystemFailure(action: "list \(path)", code: errno)
        }
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
            throw SystemFailure(action: "rename \(path)/\(name) to \(newName)", code: errno)
        }
    }

    /// Removes a file.
    public func remove(_ name: String) throws(SystemFailure) {
        guard unsafe unlink("\(path)/\(name)") == 0 else { throw SystemFailure(action: "remove \(path)/\(name)", code: errno) }
    }

    /// Waits until all names are on the disk.
    public func sync() throws(SystemFailure) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure(action: "open the directory \(path)", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemFailure(action: "fsync the directory \(path)", code: errno) }
    }
}
