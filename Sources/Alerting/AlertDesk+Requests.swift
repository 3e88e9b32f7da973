internal import FoundationEssentials
internal import Platform
public import Storage
public import TenantCore

/// What somebody asked for cannot be done; says why and what to do.
public struct AlertRequestRefused: Error, Sendable, CustomStringConvertible {
    /// One or two sentences.
    public var description: String

    /// Whether something else must be done first.
    public var isConflict: Bool

    /// A refusal with this text.
    public init(_ description: String, isConflict: Bool = false) {
        self.description = description
        self.isConflict = isConflict
    }
}

extension AlertDesk {
    /// What matchers may ask for beside the tenants' own labels and `tenant`.
    public static let ownNames: Set<String> = ["alertname", "severity", "dependency", "backend", "reason", "scope"]

    /// The silences that hold or will, and with `includesPast` those that ended lately, by their end.
    public func silences(includesPast: Bool = false) -> [Silence] {
        let now = surroundings.now()
        let all = core.withLock { Array($0.mutes.silences.values) }
        return all.filter { includesPast || $0.endsAt > now }.sorted { ($0.endsAt, $0.id) < ($1.endsAt, $1.id) }
    }

    /// How many tenants of `tenants` would be silenced, and how many alerts fire that would.
    public func reach(of matchers: [Matcher], among tenants: [Tenant]) -> (tenants: Int, alerts: Int) {
        let silenced = tenants.count { tenant in
            var labels = Dictionary(tenant.labels.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            labels["tenant"] = tenant.id.rawValue
            // Of an alert that is not there yet only the tenant is known: what asks for more of the alert may come true.
            return matchers.allSatisfy { matcher in
                (labels[matcher.name] == nil && Self.ownNames.contains(matcher.name)) || matcher.matches(labels[matcher.name] ?? "")
            }
        }
        // A copy: whoever asks with a slow expression waits alone, and decisions go on.
        let entries = core.withLock { $0.engine.entries }
        return (silenced, entries.values.count { $0.isFiring && matchers.allMatch($0.alert) })
    }

    /// Adds a silence; it is stored and holds when this returns.
    public func add(_ silence: Silence) throws(AlertRequestRefused) {
        guard !silence.matchers.isEmpty else {
            throw AlertRequestRefused("A silence needs a matcher: one without would silence everything.")
        }
        guard !silence.author.isEmpty, !silence.reason.isEmpty else { throw AlertRequestRefused("A silence needs an author and a reason.") }
        guard silence.endsAt > silence.startsAt, silence.endsAt > surroundings.now() else {
            throw AlertRequestRefused("The silence would be over before it begins.")
        }
        try put(silence, .silenceAdded, actor: silence.author)
    }

    /// Ends a silence now; it is stored when this returns.
    public func expireSilence(_ id: String, actor: String) throws(AlertRequestRefused) {
        let now = surroundings.now()
        guard var silence = core.withLock({ $0.mutes.silences[id] }), silence.endsAt > now else {
            throw AlertRequestRefused("No silence that holds or will is called \(id). `tenantwatch silence list` shows them.")
        }
        silence.endsAt = now
        try put(silence, .silenceExpired, actor: actor)
    }

    private func put(_ silence: Silence, _ event: JournalRow.Event, actor: String) throws(AlertRequestRefused) {
        let now = surroundings.now()
        let row = JournalRow(event, silence, actor: actor, at: now)
        do {
            // Stored first: a silence that a restart forgets would be worse than none.
            _ = try store.apply(Commit(silences: [silence], journal: [row]))
        } catch {
            throw AlertRequestRefused("The silence cannot be stored: \(error)")
        }
        core.withLock { $0.put(silence) }
        inbox.wake()
    }

    /// Sends a test notification to a receiver now, and that it is over; without the outbox.
    ///
    /// A receiver that takes it is switched on again.
    public func test(_ name: String, actor: String) throws(AlertRequestRefused) -> DeliveryOutcome {
        let now = surroundings.now()
        let outcome = try sendTest(to: name, at: now)
        do throws(StorageFailure) {
            if let problem = outcome.problem {
                _ = try store.apply(Commit(journal: [JournalRow(tested: name, problem: problem, actor: actor, at: now)]))
            } else {
                try outbox.enable(name, actor: actor)
            }
        } catch {
            throw AlertRequestRefused(
                "\(name) \(outcome.problem.map { "was not told (\($0))" } ?? "was told"), which cannot be noted: \(error)")
        }
        return outcome
    }

    private func sendTest(to name: String, at now: Date) throws(AlertRequestRefused) -> DeliveryOutcome {
        let labels = ["alertname": "TenantwatchTest", "severity": Severity.info.rawValue]
        var alert = Alert(
            fingerprint: Alert.fingerprint(labels), rule: "TenantwatchTest", subject: AlertSubject(), labels: labels,
            annotations: ["summary": "this is a test; nothing is wrong"], backend: nil, reason: nil, isShared: false, startsAt: now,
            endsAt: nil, isFlapping: false)
        let mirror = mirrors.first { $0.name == name }
        let sender = receivers.withLock { $0[name] }.flatMap { HTTPSender($0, externalURL: settings.externalURL, bodyLimits: bodyLimits) }
        guard mirror != nil || sender != nil else {
            let names = receivers.withLock { $0.keys.sorted() }
            let close = nearest(to: name, among: names).map { " Did you mean \($0)?" } ?? ""
            throw AlertRequestRefused("No receiver is called \(Scrubber().scrub(name, limit: 64)).\(close)")
        }
        let group = ["alertname": "TenantwatchTest"]
        let tell = { (alert: Alert) -> DeliveryOutcome in
            let notification = Notification(
                receiver: name, kind: .test, groupKey: AlertGroup.key(group), groupLabels: group, firing: alert.isFiring ? [alert] : [],
                resolved: alert.isFiring ? [] : [alert], at: now)
            return mirror?.test(alert, at: now) ?? sender?.send(notification, attempt: 1, at: now) ?? .delivered
        }
        let outcome = tell(alert)
        guard outcome == .delivered, receivers.withLock({ $0[name]?.sendsResolved }) != false else { return outcome }
        // Where it opened an incident somebody would have to close it, and the next test would ring nowhere.
        alert.endsAt = now
        return tell(alert)
    }

    /// Makes a dead letter wait again, as if it were new.
    public func replay(_ id: String, actor: String) throws(AlertRequestRefused) {
        let replay: Outbox.Replay
        do {
            replay = try outbox.replay(id, actor: actor)
        } catch {
            throw AlertRequestRefused("The state cannot be written: \(error)")
        }
        switch replay {
        case .waits: break
        case .refused(let reason): throw AlertRequestRefused("\(reason).", isConflict: true)
        case .unknown:
            throw AlertRequestRefused(
                "No dead letter is called \(Scrubber().scrub(id, limit: 64)). `tenantwatch deliveries --dead` shows them.")
        }
    }

    /// Notifications that wait, the oldest first, or those that were given up, the newest first; and how many there are.
    public func deliveries(areDead: Bool, limit: Int) throws(StorageFailure) -> (deliveries: [StoredDelivery], total: Int) {
        var found = try store.deliveries(areDead: areDead, limit: limit)
        guard !areDead else { return found }
        let next = Dictionary(uniqueKeysWithValues: Set(found.deliveries.map(\.receiver)).map { ($0, outbox.nextAttempt(for: $0)) })
        for index in found.deliveries.indices {
            guard let next = next[found.deliveries[index].receiver] ?? nil else { continue }
            found.deliveries[index].nextAt = max(next, found.deliveries[index].nextAt)
        }
        return found
    }

    /// Steps of the past, the newest first.
    public func history(_ query: AlertStore.HistoryQuery) throws(StorageFailure) -> [JournalRow] { try store.history(query) }
}
