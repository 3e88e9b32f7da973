internal import Checking
internal import TenantCore

/// One line about a group without names of tenants, unless there is only one.
enum GroupHeadline {
    /// What holds, of whom and where: `redis of 10,000 tenants is down on redis.example.com:6379 (refused)`.
    static func text(of content: GroupContent, labels: [String: String]) -> String {
        let subjects = content.isFiring ? content.firing : content.resolved
        guard !subjects.isEmpty else { return "nothing" }
        if !content.isFiring, !subjects.contains(where: \.isWatched) {
            let why = Set(subjects.compactMap(\.resolution))
            return "no longer watched: \(whom(subjects))\(why.count == 1 ? " (\(why.first ?? ""))" : "")"
        }
        return "\(content.isFiring ? "" : "resolved: ")\(statement(about: subjects))\(place(of: subjects, labels))"
    }

    /// The rule's own sentence with all subjects in place of one, or the names of several rules.
    private static func statement(about alerts: [Alert]) -> String {
        let whom = whom(alerts)
        let rules = Set(alerts.map(\.rule))
        // What a rule says differs by the subject alone.
        guard rules.count == 1, let alert = alerts.first else { return "\(rules.sorted().joined(separator: ", ")): \(whom)" }
        return (alert.annotations["summary"] ?? alert.rule).replacing(AlertAuthor.name(alert.subject), with: whom)
    }

    private static func whom(_ alerts: [Alert]) -> String {
        let subjects = Set(alerts.map(\.subject))
        if subjects.count == 1, let subject = subjects.first { return AlertAuthor.name(subject) }
        let tenants = Set(subjects.compactMap(\.tenant))
        let dependencies = Set(subjects.compactMap { $0.dependency?.rawValue }).sorted().joined(separator: ", ")
        let who = tenants.count == 1 ? "tenant \(tenants.first?.rawValue ?? "")" : "\(tenants.count.grouped) tenants"
        return dependencies.isEmpty ? who : "\(dependencies) of \(who)"
    }

    /// The server and the reason that all share.
    private static func place(of alerts: [Alert], _ labels: [String: String]) -> String {
        let shared = { (name: String, value: (Alert) -> String?) -> String? in
            if let label = labels[name], !label.isEmpty { return label }
            let values = Set(alerts.map(value))
            return values.count == 1 ? values.first.flatMap { $0?.isEmpty == false ? $0 : nil } : nil
        }
        let backend = shared("backend", \.backend).map { " on \($0)" } ?? ""
        return backend + (shared("reason", \.reason).map { " (\($0))" } ?? "")
    }
}

extension Int {
    /// With a comma before each three digits: `9,970`.
    var grouped: String {
        let digits = String(magnitude)
        let first = digits.count % 3
        let groups = stride(from: first, to: digits.count, by: 3).map { String(digits.dropFirst($0).prefix(3)) }
        let all = (first > 0 ? [String(digits.prefix(first))] : []) + groups
        return (self < 0 ? "-" : "") + all.joined(separator: ",")
    }
}
