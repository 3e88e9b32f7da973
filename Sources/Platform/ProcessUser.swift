internal import Glibc

/// Whose process this is.
public enum ProcessUser {
    /// The name that the system has for the user; nil when it has none, as in some containers.
    public static var name: String? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer -> String? in
            guard let start = buffer.baseAddress, unsafe getpwuid_r(getuid(), &entry, start, buffer.count, &found) == 0 else { return nil }
            return unsafe found.map { unsafe String(cString: $0.pointee.pw_name) }
        }
    }
}
