internal import CPlatform
internal import Glibc

/// What the standard streams are connected to.
public enum Terminal {
    /// Makes sure that all three streams are there, if only as /dev/null: the next file would take the place of a closed one,
    /// and get what is written to it.
    public static func openStreams() { tw_open_standard_streams() }

    /// True when standard output is shown to a person.
    public static var isOutputInteractive: Bool { isatty(STDOUT_FILENO) == 1 }
    /// True when standard error is shown to a person.
    public static var isErrorInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes all of `text` to standard output at once; where nobody reads there is nobody to tell.
    public static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        try? write(&bytes)
    }

    /// Writes all of `text` to standard error at once; where nobody reads there is nobody to tell.
    public static func writeError(_ text: String) {
        var bytes = Array(text.utf8)[...]
        try? writeError(&bytes)
    }

    /// Writes to standard output and takes away what is written.
    public static func write(_ bytes: inout ArraySlice<UInt8>) throws(SystemFailure) {
        try write(&bytes, to: STDOUT_FILENO, "standard output")
    }

    /// Writes to standard error and takes away what is written.
    public static func writeError(_ bytes: inout ArraySlice<UInt8>) throws(SystemFailure) {
        try write(&bytes, to: STDERR_FILENO, "standard error")
    }

    private static func write(_ bytes: inout ArraySlice<UInt8>, to descriptor: Int32, _ name: String) throws(SystemFailure) {
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written < 0, errno == EAGAIN, isWritable(descriptor) { continue }
            guard written > 0 else { throw SystemFailure(errnoOf: "write \(name)") }
            bytes = bytes.dropFirst(written)
        }
    }

    /// Waits for whoever reads a stream that somebody else has made non-blocking.
    private static func isWritable(_ descriptor: Int32) -> Bool {
        var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&stream, 1, 1000) >= 0
    }
}
