internal import FoundationEssentials
internal import TenantCore

/// When the audit log goes on in a new file, and how many of the old ones stay.
public struct Rotation: Sendable {
    /// How large a file may become, in bytes; only a single line may exceed it.
    public var size: Int
    /// How old the first entry of a file may become before another entry is added.
    public var age: Duration
    /// How many rotated files stay; nil keeps all.
    public var keep: Int?

    /// By default 64 MB and a day; nothing is ever removed unless that is asked for.
    public init(size: Int = 64 << 20, age: Duration = .seconds(86_400), keep: Int? = nil) {
        self.size = size
        self.age = age
        self.keep = keep
    }

    /// True when a file that was begun at `start` is too old at `now`.
    ///
    /// A start in the future means that the clock was set back, and so the distance counts in both directions: a little
    /// is forgiven, and a lot ends that one file and not each that follows.
    func isOver(since start: Date, now: Date) -> Bool {
        abs(now.timeIntervalSince(start)) >= age.inSeconds
    }
}
