internal import CPlatform
internal import Glibc

/// Makes a directory and those above it, with mode 0700, unless it exists.
///
/// - Parameter purpose: for messages, for example `state directory`.
func makePrivateDirectory(_ path: String, purpose: String) throws(SystemFailure) {
    guard unsafe mkdir(path, 0o700) != 0 else { return }
    let failure = SystemFailure(errnoOf: "make the \(purpose) \(path)")
    switch failure.code {
    case EEXIST:
        guard unsafe tw_is_directory(path) == 0 else { return }
        throw SystemFailure("the \(purpose) \(path) is not a directory", code: ENOTDIR)
    case ENOENT:
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw failure }
        try makePrivateDirectory(String(path[..<slash]), purpose: purpose)
        guard unsafe mkdir(path, 0o700) == 0 || tw_is_directory(path) != 0 else {
            throw SystemFailure(errnoOf: "make the \(purpose) \(path)")
        }
    default:
        // A file system may refuse before it looks whether the directory is there.
        guard unsafe tw_is_directory(path) == 0 else { return }
        throw failure
    }
}

/// A directory that one process holds at a time.
public struct DirectoryLock: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Makes the directory (mode 0700) where it is missing and takes its lock, which ends with the process.
    ///
    /// - Parameters:
    ///   - purpose: of the directory, for messages, for example `state directory`.
    ///   - name: of the file that is locked: one directory may be held for several purposes.
    /// - Throws: `SystemFailure`; its code is `EWOULDBLOCK` when another process holds the directory.
    public static func take(path: String, purpose: String, name: String = "lock") throws(SystemFailure) -> DirectoryLock {
        try makePrivateDirectory(path, purpose: purpose)
        let descriptor = unsafe Glibc.open("\(path)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFailure(errnoOf: "open \(path)/\(name)") }
        let lock = DirectoryLock(owning: descriptor)  // From here `deinit` closes it.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw SystemFailure(errnoOf: "lock \(path), which another process may hold")
        }
        return lock
    }

    private init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}
