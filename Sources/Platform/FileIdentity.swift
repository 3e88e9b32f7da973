internal import CPlatform
internal import Glibc

/// Which file it is, whatever its name.
public struct FileIdentity: Sendable, Equatable {
    private let device: UInt64
    private let number: UInt64

    /// An identity of a file system in memory, for tests.
    public init(number: Int) { (device, self.number) = (0, UInt64(clamping: number)) }

    private init(_ pair: (UInt64, UInt64)) { (device, number) = pair }

    /// The file that has `path`; nil when there is none.
    public static func at(_ path: String) throws(SystemFailure) -> FileIdentity? {
        var pair: [UInt64] = [0, 0]
        if unsafe tw_identity_at(path, &pair) != 0 { return FileIdentity((pair[0], pair[1])) }
        let failure = SystemFailure(errnoOf: "look for \(path)")
        if failure.code == ENOENT || failure.code == ENOTDIR { return nil }
        throw failure
    }

    /// The file that is open; nil when that cannot be known.
    static func of(_ descriptor: Int32) -> FileIdentity? {
        var pair: [UInt64] = [0, 0]
        return unsafe tw_identity(descriptor, &pair) == 0 ? nil : FileIdentity((pair[0], pair[1]))
    }
}
