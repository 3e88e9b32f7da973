internal import Glibc

/// Where a socket lies in the file system.
public struct SocketPath: Sendable {
    /// The kernel takes no longer name for a socket.
    public struct TooLong: Error, Sendable, CustomStringConvertible {
        /// In bytes.
        fileprivate static let limit = 107

        /// The path as it was given.
        public var path: String

        /// One sentence that says what to do.
        public var description: String {
            "the socket \(path) would have a path of \(path.utf8.count) bytes, of which the system takes \(Self.limit): "
                + "choose a shorter state directory"
        }
    }

    /// The name of the control socket in the state directory.
    public static let controlName = "control.sock"

    /// At most 107 bytes long.
    public let text: String

    /// The control socket of the agent whose state is in this directory.
    public init(inStateDirectory directory: String) throws(TooLong) { try self.init("\(directory)/\(Self.controlName)") }

    /// Takes a path that the kernel can take too.
    public init(_ path: String) throws(TooLong) {
        guard path.utf8.count <= TooLong.limit else { throw TooLong(path: path) }
        text = path
    }

    /// From now on every file that this process makes is for its user alone.
    ///
    /// A socket is there before its mode can be changed: only so nobody can connect in between.
    public static func makePrivate() { umask(0o077) }

    /// Gives the socket the mode 0600.
    public func protect() throws(SystemFailure) {
        guard unsafe chmod(text, 0o600) == 0 else { throw SystemFailure(errnoOf: "change the mode of \(text)") }
    }
}
