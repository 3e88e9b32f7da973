internal import FoundationEssentials
internal import Glibc

/// Makes a directory and those above it, with mode 0700, unless it exists.
public func makePrivateDirectory(_ path: String) throws(SystemFailure) {
    do {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
        throw SystemFailure(action: "make the directory \(path)", code: errno)
    }
}

/// A directory that one process holds at a time.
public struct DirectoryLock: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Makes the directory (mode 0700) where it is missing and takes its lock, which ends with the process.
    ///
    /// - Parameter name: of the file that is locked: one directory may be held for several purposes.
    /// - Throws: `SystemFailure`; its code is `EWOULDBLOCK` when another process holds the directory.
    public static func take(path: String, name: String = "lock") throws(SystemFailure) -> DirectoryLock {
        try makePrivateDirectory(path)
        let descriptor = unsafe Glibc.open("\(path)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFailure(action: "open \(path)/\(name)", code: errno) }
        let lock = DirectoryLock(owning: descriptor)  // From here `deinit` closes it.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw SystemFailure(action: "lock \(path), which another process may hold", code: errno)
        }
        return lock
    }

    private init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}
