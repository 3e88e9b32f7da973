internal import ArgumentParser
internal import Platform
internal import TenantCore

/// `tenantwatch receivers`: how those fare who are told, and whether they can be told at all.
struct ReceiversCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receivers", abstract: "Show and test the running agent's receivers.", subcommands: [List.self, Test.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all receivers, with what was sent since the start.")

        @OptionGroup var options: ListOptions

        func run() {
            let answer = ControlClient(options.agent).get("receivers")
            guard !options.json else { return Terminal.write("\(JSONValue.object(answer.body))\n") }
            let receivers = answer.list("receivers")
            guard !receivers.isEmpty else { return Terminal.write("nobody is told of alerts: there is no receiver\n") }
            var table = TextTable(["NAME", "HEALTH", "WAITING", "OLDEST", "SENT", "FAILED", "DEAD", "DROPPED"])
            for receiver in receivers {
                let reason = receiver["disabled_because"]?.text ?? receiver["problem"]?.text
                let health = receiver["disabled_because"]?.text != nil ? "off" : receiver["healthy"] == true ? "ok" : "failing"
                table.add(
                    [receiver.shown("name"), health, receiver.shown("waiting"), Self.age(receiver)]
                        + ["sent", "failed", "dead", "dropped"].map { receiver.shown($0) }, note: reason)
            }
            Terminal.write(table.text)
        }

        private static func age(_ receiver: JSONObject) -> String {
            switch receiver["oldest_age_seconds"] {
            case .number(let seconds) where seconds > 0: Moment.words(seconds)
            default: "-"
            }
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a test notification to a receiver now, and that it is over.",
            discussion: "Exits with 1 when the receiver does not take it; one that takes it is switched on again.")

        @OptionGroup var agent: AgentOptions
        @OptionGroup var author: AuthorOptions
        @Argument(help: "Its name, as `receivers` shows it.") var name: String

        func run() throws {
            let query = ["author": try author.name()]
            let answer = ControlClient(agent).post("receivers/\(ControlClient.part(name))/test", query).body
            let shown = Scrubber().scrub(name)
            guard answer["outcome"] == "delivered" else {
                ControlClient.end(
                    "\(shown) was not told: \(Scrubber().scrub(answer.shown("problem"), limit: 512))", status: ExitStatus.findings)
            }
            Terminal.write("\(shown) was told\n")
        }
    }
}
