public import TenantCore

/// Reads what the settings file says about alerts, and collects every issue.
///
/// Pure but for the secrets and templates that it reads from files: the same object leads to the same settings.
public struct AlertingSettingsReader {
    /// The keys of the settings file that are read here.
    public static let keys = [
        "receivers", "routes", "default_route", "rules", "inhibitions", "maintenance", "heartbeat", "outbox_limit",
    ]
    private static let outboxLimits = 100...1_000_000

    /// Receivers by name: those of the file, and those that one setting names in short.
    let receivers: [ReceiverSettings]
    let shorthand: [ReceiverSettings]
    /// The names in the file, also of those that have an issue of their own.
    let named: [String]

    /// Reads `object`, whose keys are among `keys`.
    ///
    /// - Parameters:
    ///   - path: where the object stands; empty for the top of a file.
    ///   - shorthand: receivers that hear of everything for which no route says otherwise.
    ///   - externalURL: where people reach this agent, without a final slash.
    /// - Returns: settings that may be used when no issue is an error.
    public static func read(
        _ object: JSONObject, path: String = "", secretReader: SecretReader, shorthand: [ReceiverSettings] = [], externalURL: String
    ) -> (settings: AlertingSettings, issues: [ConfigurationIssue]) {
        var reader = ObjectReader(object: object, path: path, secretReader: secretReader)
        let own = ReceiverReader().readAll("receivers", &reader, taken: shorthand.map(\.name))
        let named = object["receivers"]?.elements?.compactMap { $0.object?["name"]?.text } ?? []
        let settings = AlertingSettingsReader(receivers: own, shorthand: shorthand, named: named).read(&reader, externalURL: externalURL)
        reader.noteUnread()
        return (settings, reader.issues)
    }

    /// A tenant's own receivers, from `alert_receivers` of its entry; called `tenant/name`.
    ///
    /// Secrets are read from their files and variables at each call. An issue's path is relative to the tenant.
    public static func receivers(
        of tenant: Tenant, secretReader: SecretReader
    ) -> (receivers: [ReceiverSettings], issues: [ConfigurationIssue]) {
        guard let list = tenant.extras[tenantKey] else { return ([], []) }
        var reader = ObjectReader(object: [tenantKey: list], path: "", secretReader: secretReader)
        let receivers = ReceiverReader(tenant: tenant.id).readAll(tenantKey, &reader)
        return (receivers, reader.issues)
    }

    /// The key of a tenant's entry that `receivers(of:secretReader:)` reads.
    public static let tenantKey = "alert_receivers"

    private func read(_ reader: inout ObjectReader, externalURL: String) -> AlertingSettings {
        let routes = readRoutes(&reader)
        let heartbeat = readHeartbeat(&reader)
        noteUnheard(&reader, routes, heartbeat)
        return AlertingSettings(
            rules: RuleReader().read(&reader), receivers: receivers + shorthand, routes: routes, inhibitions: readInhibitions(&reader),
            windows: readMaintenance(&reader), heartbeat: heartbeat, externalURL: externalURL,
            outboxLimit: reader.integer("outbox_limit", in: Self.outboxLimits) ?? AlertingSettings().outboxLimit)
    }

    /// Warns of receivers that nobody ever tells anything.
    private func noteUnheard(_ reader: inout ObjectReader, _ routes: RouteTable, _ heartbeat: AlertingSettings.Heartbeat?) {
        var named = Set((routes.routes + [routes.fallback].compactMap { $0 }).flatMap(\.receivers))
        if case .receiver(let name) = heartbeat?.target { named.insert(name) }
        let unheard = receivers.map(\.name).filter { !named.contains($0) }
        guard !unheard.isEmpty else { return }
        reader.note(
            "receivers", "has \(unheard.joined(separator: ", ")), which no route names", fix: "Name it in a route or in default_route.",
            severity: .warning)
    }

    /// A receiver's name that must be known.
    func known(_ name: String) -> Result<String, ElementProblem> {
        let names = named + shorthand.map(\.name)
        if names.contains(name) { return .success(name) }
        let fix = nearest(to: name, among: names).map { "Did you mean \"\($0)\"?" } ?? "Add it to receivers."
        return .failure(ElementProblem("names no receiver", fix: fix))
    }
}

extension ObjectReader {
    /// The matchers of a list, of which one text may hold several; nil when there is no list.
    mutating func matchers(_ key: String) -> [Matcher]? {
        let matchers = strings(key) { text -> Result<[Matcher], ElementProblem> in
            do throws(Matcher.Problem) {
                return .success(try Matcher.all(parsing: text))
            } catch {
                return .failure(ElementProblem(error.text, fix: #"Write it like 'severity="critical"'."#))
            }
        }
        for (index, element) in (object[key]?.elements ?? []).enumerated() {
            for matcher in element.text.flatMap({ try? Matcher.all(parsing: $0) }) ?? [] {
                noteUnknownValue(of: matcher, "\(key)[\(index)]")
            }
        }
        return matchers.map { $0.flatMap(\.self) }
    }

    private mutating func noteUnknownValue(of matcher: Matcher, _ place: String) {
        let known = ["severity": Severity.allCases.map(\.rawValue), "alertname": AlertRule.all.map(\.name)]
        guard let words = known[matcher.name] else { return }
        for value in matcher.alternatives where !value.isEmpty && !words.contains(value) {
            let close = nearest(to: value, among: words).map { "Did you mean \"\($0)\"?" }
            let what = matcher.comparison == .equals ? "matches nothing" : "asks for \(Scrubber().scrub(value, limit: 64)) in vain"
            note(
                place, "\(what), for no alert has this \(matcher.name)", fix: close ?? "Use one of \(words.joined(separator: ", ")).",
                severity: .warning)
        }
    }

    /// The matchers of a list that must say something.
    mutating func someMatchers(_ key: String) -> [Matcher]? {
        let known = issues.count
        guard let matchers = require(key, { $0.matchers(key) }) else { return nil }
        if matchers.isEmpty, issues.count == known {
            note(key, "is empty, which would match every alert", fix: #"Write ['alertname=~".+"'] if that is meant."#)
        }
        return matchers
    }

    /// The names of labels in a list; nil when there is no list.
    mutating func labelNames(_ key: String, or special: String? = nil) -> [String]? {
        strings(key) { text in
            let isWord = text.utf8.count <= 128 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            if text == special || (isWord && text.first?.isNumber == false) { return .success(text) }
            let fix = "Use ASCII letters, digits and _, not starting with a digit."
            return .failure(ElementProblem("is not the name of a label", fix: fix))
        }
    }
}
