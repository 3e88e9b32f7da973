internal import ArgumentParser
internal import Platform
internal import TenantCore

/// `tenantwatch alerts`: what fires, what will, and what nobody is told of.
struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts", abstract: "Show the alerts of the running agent.", subcommands: [List.self, History.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show alerts that fire, are muted or wait for their hold time.")

        /// What is urgent comes first.
        private static let states = ["firing", "muted", "pending"]
        private static let severities = ["critical", "warning", "info"]

        @OptionGroup var options: ListOptions
        @Option(help: "Show the alerts of this tenant alone.") var tenant: String?

        func run() {
            let answer = ControlClient(options.agent).get("alerts", ["tenant": tenant, "limit": "10000"])
            Terminal.write(options.json ? "\(JSONValue.object(answer.body))\n" : Self.page(answer))
        }

        private static func page(_ answer: ControlClient.Answer) -> String {
            let alerts = answer.list("alerts").sorted { order($0).lexicographicallyPrecedes(order($1)) }
            guard !alerts.isEmpty else { return "nothing fires\n" }
            var table = TextTable(["STATE", "SEVERITY", "TENANT", "DEPENDENCY", "RULE", "SINCE", "REASON", "RECEIVERS"])
            for alert in alerts {
                let flapping = alert["flapping"] == true ? " (flapping)" : ""
                let annotations = alert["annotations"]?.object
                // What has a reason is explained by it and the runbook; an alert about the agent by its own words.
                let note = annotations?["flapping"]?.text ?? (alert["reason"]?.text == nil ? annotations?["description"]?.text : nil)
                table.add(
                    [
                        alert.shown("state"), alert.shown("severity"), alert.shown("tenant"), alert.shown("dependency"),
                        alert.shown("rule") + flapping, Moment(alert["starts_at"])?.distance() ?? "-", alert.shown("reason"),
                        receivers(alert),
                    ], note: note)
            }
            let counts = states.map { state in "\(alerts.count { $0["state"]?.text == state }) \(state)" }
            let total = answer.body.shown("total")
            let rest = total == "\(alerts.count)" ? "" : ", of \(total) in all"
            return "\(table.text)\(counts.joined(separator: ", "))\(rest)\n"
        }

        private static func order(_ alert: JSONObject) -> [String] {
            func rank(_ name: String, _ words: [String]) -> String { "\(words.firstIndex(of: alert.shown(name)) ?? words.count)" }
            return [rank("state", states), rank("severity", severities), alert.shown("starts_at"), alert.shown("tenant")]
        }

        private static func receivers(_ alert: JSONObject) -> String {
            if let mute = alert["muted_by"]?.text { return "none: \(mute)" }
            let receivers = alert["receivers"]?.elements?.compactMap(\.text) ?? []
            return receivers.isEmpty ? "none" : receivers.joined(separator: ", ")
        }
    }

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what has happened, the newest first.")

        @OptionGroup var options: ListOptions
        @Option(help: "Show what has happened to this tenant alone.") var tenant: String?
        @Option(help: "How many lines, from 1 to 1000.") var limit = 50

        func validate() throws {
            guard (1...1000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000.") }
        }

        func run() {
            let answer = ControlClient(options.agent).get("alerts/history", ["tenant": tenant, "limit": "\(limit)"])
            guard !options.json else { return Terminal.write("\(JSONValue.object(answer.body))\n") }
            var table = TextTable(["TIME", "EVENT", "TENANT", "DEPENDENCY", "WHAT", "REASON"])
            for step in answer.list("steps") {
                let details = step["details"]?.object ?? [:]
                let what = details["alertname"]?.text ?? "\(details.shown("from")) → \(details.shown("to"))"
                table.add(
                    [
                        Moment(step["at"])?.text ?? "-", step.shown("event"), step.shown("tenant"), details.shown("dependency"), what,
                        details.shown("error.type"),
                    ], note: details["detail"]?.text ?? details["resolution"]?.text)
            }
            Terminal.write(table.text)
        }
    }
}

extension JSONObject {
    /// A member for a table: its text, its number, or a dash for nothing.
    func shown(_ key: String) -> String {
        switch self[key] {
        case nil, .null: "-"
        case .string(let text): text
        case .some(let value): value.description
        }
    }
}
