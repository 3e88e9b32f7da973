internal import Platform
internal import TenantCore

/// How large a body each webhook has turned out to take, by its URL; remembered while the agent runs.
final class BodyLimits: Sendable {
    /// A single alert is larger, so that with this a body holds one and no two.
    static let least = 256

    private let limits = Guarded<[Secret: Int]>([:])

    /// In bytes; `settings` until the receiver has refused a body.
    func limit(for url: Secret, settings: Int) -> Int { min(settings, limits.withLock { $0[url] } ?? settings) }

    /// Takes that the receiver refused a body of `size` bytes as too large.
    ///
    /// - Returns: the new limit, half of what was refused.
    func halve(for url: Secret, refused size: Int, limit: Int) -> Int {
        let half = max(min(size, limit) / 2, Self.least)
        return limits.withLock { limits in
            let new = min(limits[url] ?? half, half)
            limits[url] = new
            return new
        }
    }

    /// Takes that the receiver refuses the least that can be sent: it is not the size that it minds.
    func forget(_ url: Secret) { limits.withLock { $0[url] = nil } }
}
