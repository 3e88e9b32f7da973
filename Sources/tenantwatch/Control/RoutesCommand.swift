internal import ArgumentParser
internal import Platform
internal import TenantCore

/// `tenantwatch routes`: who would hear of an alert.
struct RoutesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes", abstract: "Try out whom the running agent would tell.", subcommands: [Test.self])

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell who would hear of an alert with these labels.",
            discussion: "A tenant's own labels are added by the agent. Exits with 1 when nobody would hear of it.")

        @OptionGroup var options: ListOptions
        @Option(help: "The tenant that it would be about.") var tenant: String?
        @Option(help: "critical, warning or info.") var severity: String?
        @Option(help: "mongo, redis or oidc.") var dependency: String?
        @Option(help: "The rule that would fire.") var rule: String?
        @Option(help: "Another label like tier=gold; may be repeated.") var label: [String] = []

        func validate() throws {
            let flags = "--tenant, --severity, --dependency, --rule or --label"
            if labels.keys.isEmpty { throw ValidationError("Say what the alert would be: \(flags).") }
            if severity == nil, rule == nil, !label.contains(where: { $0.hasPrefix("severity=") || $0.hasPrefix("alertname=") }) {
                throw ValidationError("Give --severity or --rule: every alert has a severity.")
            }
            for label in label where !label.contains("=") { throw ValidationError("--label takes a name and a value like tier=gold.") }
        }

        private var labels: JSONObject {
            var labels = JSONObject()
            for label in label {
                let pair = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                labels[String(pair[0])] = .string(pair.count == 2 ? String(pair[1]) : "")
            }
            for (name, value) in [("tenant", tenant), ("severity", severity), ("dependency", dependency), ("alertname", rule)] {
                if let value { labels[name] = .string(value) }
            }
            return labels
        }

        func run() throws {
            let answer = ControlClient(options.agent).post("routes/test", body: ["labels": .object(labels)])
            let receivers = answer.list("receivers")
            if options.json {
                Terminal.write("\(JSONValue.object(answer.body))\n")
            } else if receivers.isEmpty {
                Terminal.write("nobody would hear of it\n")
            } else {
                var table = TextTable(["RECEIVER", "BY"])
                for receiver in receivers {
                    let matchers = receiver["matchers"]?.elements?.compactMap(\.text) ?? []
                    let by = receiver.shown("name").contains("/") ? "the tenant's own" : "a route for every alert"
                    table.add([receiver.shown("name"), matchers.isEmpty ? by : matchers.joined(separator: " ")])
                }
                Terminal.write(table.text)
            }
            if receivers.isEmpty { throw ExitCode(ExitStatus.findings) }
        }
    }
}
