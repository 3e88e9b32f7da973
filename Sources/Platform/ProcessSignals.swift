internal import CPlatform
internal import Glibc

/// The signals by which operators speak to a service.
public enum ProcessSignal: Sendable {
    /// SIGTERM or SIGINT.
    case stop
    /// SIGHUP.
    case reload

    /// From now on these signals wait for `next`, and a reader of ours that goes away is an error of the write.
    ///
    /// Called by the first thread before it starts another, which inherits that. A signal that is blocked waits even in
    /// process 1, for which the kernel drops one that nobody handles.
    public static func hold() { tw_hold_signals() }

    /// Waits for the next signal; for one thread alone, after `hold`.
    public static func next() -> ProcessSignal { tw_next_signal() == SIGHUP ? .reload : .stop }
}
