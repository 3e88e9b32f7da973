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

    /// Writes all of `text` to standard output at once.
    public static func write(_ text: String) { writeAll(text, to: STDOUT_FILENO) }

    /// Writes all of `text` to standard error at once.
    public static func writeError(_ text: String) { writeAll(text, to: STDERR_FILENO) }

    private static func writeAll(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
