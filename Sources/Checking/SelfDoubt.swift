public import FoundationEssentials
internal import TenantCore

/// What a failure says about ourselves rather than about the subject.
public enum LocalEvidence: Sendable, Equatable {
    /// The kernel knows no route to the host.
    case noRoute
    /// The host's name was not resolved.
    case noName
    /// This process has run out of descriptors, ports or memory.
    case exhausted
    /// It would be none at another time of the wall clock.
    case clock
}

/// Decides whether failures are our own trouble: one agent without a network must not declare hundreds of tenants down.
///
/// A fleet on one server must still alert when that server is cut off, so that the network is doubted only when at
/// least three hosts fail as if there were none, and more than answer. Pure: time is what it is told.
public struct SelfDoubt: Sendable {
    /// How many distinct hosts must be cut off.
    static let hostCount = 3
    /// How long what was seen of a host counts: one that has been cut off for longer says nothing about us.
    static let memory = Duration.seconds(300)
    /// How late a tick must be to be a stall, and how far the wall clock must jump.
    static let stall = Duration.seconds(5)
    /// How long a stall, a jump of the clock and a lack of descriptors are doubted after they were seen.
    static let aftermath = Duration.seconds(15)

    /// How often hosts are counted at most: there may be thousands.
    private static let counting = Duration.milliseconds(250)

    private struct Sight: Sendable {
        var at: ContinuousClock.Instant
        var evidence: LocalEvidence?
        /// Since when it has been cut off; nil while it is not.
        var cutAt: ContinuousClock.Instant?
    }

    /// The host of each backend that was seen under the present plan, nil for this machine: taking an endpoint apart
    /// costs more than everything else here.
    private var names: [Backend: String?] = [:]
    /// The last sight of each host that is not this machine.
    private var hosts: [String: Sight] = [:]
    private var cutCount = 0
    /// Whether a host was seen otherwise than before since hosts were last counted.
    private var isNews = false
    /// Since when most hosts have been cut off; nil while they are not.
    private var cutOffSince: ContinuousClock.Instant?
    private var isCutOff: Bool { cutOffSince != nil }
    private var countedAt: ContinuousClock.Instant?
    private var exhaustedAt: ContinuousClock.Instant?
    private var stalledAt: ContinuousClock.Instant?
    private var jumpedAt: ContinuousClock.Instant?
    private var lastTick: (instant: ContinuousClock.Instant, wall: Date)?

    /// Without doubt.
    public init() {}

    /// Notes a tick of the loop.
    ///
    /// - Parameter lateness: how much later it came than it was asked for.
    public mutating func tick(at now: ContinuousClock.Instant, wall: Date, lateness: Duration) {
        if lateness > Self.stall { stalledAt = now }
        if let last = lastTick {
            let jump = wall.timeIntervalSince(last.wall) - (now - last.instant).inSeconds
            if abs(jump) > Self.stall.inSeconds { jumpedAt = now }
        }
        lastTick = (now, wall)
    }

    /// Drops what is kept of backends' names, some of which a new plan may no longer have.
    public mutating func forgetNames() { names = [:] }

    /// Looks at finished checks, and marks as doubted those that failed by our own fault.
    public mutating func review(_ observations: [Observation], at now: ContinuousClock.Instant) -> [Observation] {
        for observation in observations { note(observation) }
        count(at: now)
        guard isCutOff || isRecent(stalledAt, now) || isRecent(jumpedAt, now) else { return observations }
        return observations.map { observation in
            guard case .failed(let failure) = observation.outcome, isDoubtful(failure, at: now) else { return observation }
            var doubted = failure
            (doubted.isDoubted, doubted.isUndecided) = (true, true)
            var reviewed = observation
            reviewed.outcome = .failed(doubted)
            return reviewed
        }
    }

    /// Why we doubt ourselves now; nil when we do not.
    public func problem(at now: ContinuousClock.Instant) -> String? {
        if isCutOff, isRecent(countedAt, now, within: Self.memory) {
            return "\(cutCount) hosts cannot be reached as if this machine had no network"
        }
        if isRecent(exhaustedAt, now) { return "this process has run out of file descriptors, ports or memory" }
        if isRecent(stalledAt, now) { return "this process stood still for more than \(Self.stall.components.seconds) s" }
        if isRecent(jumpedAt, now) { return "the wall clock jumped" }
        return nil
    }

    private mutating func note(_ observation: Observation) {
        guard observation.outcome != .skipped else { return }
        var sight = Sight(at: observation.instant)
        if case .failed(let failure) = observation.outcome { sight.evidence = failure.evidence }
        if sight.evidence == .exhausted {
            exhaustedAt = observation.instant
            return
        }
        // Silence says neither that there is a network nor that there is none.
        if case .failed(let failure) = observation.outcome, failure.reason == .timeout, failure.evidence == nil { return }
        if sight.evidence == .clock { sight.evidence = nil }
        guard let host = name(of: observation.backend) else { return }
        let before = hosts[host]
        if sight.evidence != nil { sight.cutAt = before?.cutAt ?? sight.at }
        isNews = isNews || sight.evidence != before?.evidence
        hosts[host] = sight
    }

    private mutating func name(of backend: Backend) -> String? {
        if let known = names[backend] { return known }
        let host = backend.host.flatMap { HostPort(host: $0, port: 1).isLoopback ? nil : $0 }
        names[backend] = .some(host)
        return host
    }

    private func isDoubtful(_ failure: ProbeFailure, at now: ContinuousClock.Instant) -> Bool {
        switch failure.evidence {
        case .noRoute, .noName: isCutOff
        case .clock: isRecent(jumpedAt, now)
        case .exhausted: false  // Undecided already.
        case nil: failure.reason == .timeout && isRecent(stalledAt, now)
        }
    }

    private mutating func count(at now: ContinuousClock.Instant) {
        guard isNews || isCutOff, !isRecent(countedAt, now, within: Self.counting) else { return }
        (countedAt, isNews) = (now, false)
        hosts = hosts.filter { now - $0.value.at < Self.memory }
        // One that has been cut off for long is a fault of its own; while we are cut off, so is one that was before us.
        let cut = hosts.values.filter { sight in sight.cutAt.map { $0 >= cutOffSince ?? (now - Self.memory) } ?? false }
        let since = cut.compactMap(\.cutAt).min() ?? now
        // What answered before says nothing about now.
        let answered = hosts.values.count { $0.cutAt == nil && $0.at >= since }
        let routes = cut.count { $0.evidence == .noRoute }
        cutCount = cut.count
        // Names alone may be wrong without any fault of ours, unless nothing at all is resolved or reached.
        let isMost = routes >= Self.hostCount ? cutCount > answered : answered == 0
        cutOffSince = cutCount >= Self.hostCount && isMost ? since : nil
    }

    private func isRecent(
        _ instant: ContinuousClock.Instant?, _ now: ContinuousClock.Instant, within time: Duration = aftermath
    ) -> Bool {
        instant.map { now - $0 < time } ?? false
    }
}

extension Backend {
    /// The name or address of its first member, without the port: a set counts as one host, for its members are asked together.
    fileprivate var host: String? {
        rawValue.split(separator: ",").first.map { member in
            guard let colon = member.lastIndex(of: ":"), !member.hasSuffix("]") else { return String(member) }
            return String(member[..<colon])
        }
    }
}
