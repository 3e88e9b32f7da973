internal import Glibc

/// Ends the process at once, without the C library's exit handlers.
///
/// `exit` runs OpenSSL's clean-up while lane threads may be inside TLS, which crashes.
public func endProcess(status: Int32) -> Never {
    _exit(status)
}
