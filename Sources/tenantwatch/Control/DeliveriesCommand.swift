internal import ArgumentParser
internal import Platform
internal import TenantCore

/// `tenantwatch deliveries`: the notifications that wait, and those that were given up.
struct DeliveriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "Show the running agent's notifications that are not delivered.",
        subcommands: [List.self, Replay.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show notifications that wait, the oldest first, or those that were given up, the newest first.")

        @OptionGroup var options: ListOptions
        @Flag(help: "Show those that were given up instead.") var dead = false
        @Option(help: "How many at most, up to 10000.") var limit = 100

        func run() {
            let answer = ControlClient(options.agent).get("deliveries", ["state": dead ? "dead" : "queued", "limit": "\(limit)"])
            guard !options.json else { return Terminal.write("\(JSONValue.object(answer.body))\n") }
            let deliveries = answer.list("deliveries")
            guard !deliveries.isEmpty else { return Terminal.write(dead ? "nothing was given up\n" : "nothing waits\n") }
            var table = TextTable(["ID", "RECEIVER", "COMMITTED", "ATTEMPTS", "NEXT", "SUMMARY"])
            for delivery in deliveries {
                table.add(
                    [
                        delivery.shown("id"), delivery.shown("receiver"), Moment(delivery["created_at"])?.distance() ?? "-",
                        delivery.shown("attempts"), Moment(delivery["next_attempt_at"])?.due() ?? "never", delivery.shown("summary"),
                    ], note: delivery["problem"]?.text)
            }
            Terminal.write(table.text)
            if case .integer(let total) = answer.body["total"], total > deliveries.count {
                Terminal.write("\(deliveries.count) of \(total); --limit shows more\n")
            }
        }
    }

    struct Replay: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a notification that was given up wait again, as if it were new.")

        @OptionGroup var agent: AgentOptions
        @OptionGroup var author: AuthorOptions
        @Argument(help: "Its id, as `deliveries --dead` shows it.") var id: String

        func run() throws {
            let query = ["author": try author.name()]
            _ = ControlClient(agent).post("deliveries/\(ControlClient.part(id))/replay", query)
            Terminal.write("\(Scrubber().scrub(id)) waits again\n")
        }
    }
}
