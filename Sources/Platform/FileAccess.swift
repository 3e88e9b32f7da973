internal import CPlatform
internal import Glibc

/// What the system says about a file that a library could not use.
public enum FileAccess {
    /// Why the file cannot be written, in the system's own words; nil when it can, as far as that shows.
    public static func problem(ofWriting path: String) -> String? {
        if unsafe tw_is_directory(path) != 0 { return SystemFailure(action: "", code: EISDIR).reason }
        if unsafe access(path, R_OK | W_OK) == 0 { return nil }
        let failure = SystemFailure(errnoOf: "")
        guard failure.code == ENOENT else { return failure.reason }
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return unsafe access(directory.isEmpty ? "/" : directory, W_OK | X_OK) == 0 ? nil : SystemFailure(errnoOf: "").reason
    }

    /// All bytes of a file of any kind, a pipe too.
    public static func read(_ path: String) throws(SystemFailure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure(errnoOf: "open \(path)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemFailure(errnoOf: "read \(path)") }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}
