internal import Alerting
internal import ArgumentParser
internal import Platform
internal import TenantCore

/// `tenantwatch silence`: decide not to be told of some alerts for a while.
struct SilenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Add, list and end silences of the running agent.",
        subcommands: [Add.self, List.self, Expire.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell nobody of some alerts for a while; they still count and show.",
            discussion: "All conditions must hold. More than ten tenants are silenced with --yes alone.")

        /// More tenants than these need `--yes`.
        private static let limit = 10

        @OptionGroup var agent: AgentOptions
        @OptionGroup var author: AuthorOptions
        @Option(help: "Silence this tenant; repeated, any of them.") var tenant: [String] = []
        @Option(help: "Silence this dependency: mongo, redis or oidc; repeated, any of them.") var dependency: [String] = []
        @Option(help: "Silence this severity: critical, warning or info; repeated, any of them.") var severity: [String] = []
        @Option(help: "Silence this rule; repeated, any of them.") var rule: [String] = []
        @Option(help: "Another condition like 'tier=\"gold\"' or 'tenant=~\"acme-.*\"'; repeated, all must hold.") var matcher: [String] =
            []
        @Option(name: .customLong("for"), help: "How long, like 30m or 2h.") var duration: String
        @Option(help: "When it begins, like 2026-01-31T03:00:00Z; now unless given.") var starting: String?
        @Option(help: "Why.") var reason: String
        @Flag(help: "Silence more than ten tenants too.") var yes = false

        func validate() throws {
            if Duration(written: duration) == nil {
                let hint = DurationText(duration, in: .seconds(1) ... .seconds(366 * 86_400))
                throw ValidationError("--for takes a duration like 30m, 2h or 1d12h; this \(hint.problem). \(hint.fix)")
            }
            if matchers.isEmpty { throw ValidationError("Say what to silence: --tenant, --dependency, --severity, --rule or --matcher.") }
        }

        private var matchers: [String] {
            let given = [("tenant", tenant), ("dependency", dependency), ("severity", severity), ("alertname", rule)]
            return given.filter { !$0.1.isEmpty }.map { Matcher($0.0, among: $0.1).description } + matcher
        }

        func run() throws {
            var body: JSONObject = [
                "matchers": .array(matchers.map { .string($0) }), "duration": .string(duration), "author": .string(try author.name()),
                "reason": .string(reason), "max_tenants": .integer(Self.limit), "confirmed": .boolean(yes),
            ]
            body["starts_at"] = starting.map { .string($0) }
            let answer = ControlClient(agent).post("silences", body: body, expecting: 409)
            let reach = answer.body["reach"]?.object ?? [:]
            let fire = reach["alerts"] == 1 ? "fires" : "fire"
            let words = "this silences \(Self.count("tenant", reach)) (\(Self.count("alert", reach)) \(fire) now)"
            guard answer.status != 409 else {
                ControlClient.end("\(words)\nNothing was changed. Say --yes if that is meant.", status: ExitStatus.findings)
            }
            let silence = answer.body["silence"]?.object ?? [:]
            let times = ["starts_at", "ends_at"].map { Moment(silence[$0])?.text ?? "-" }
            Terminal.write("\(words)\n\(silence.shown("id")) holds from \(times[0]) to \(times[1])\n")
        }

        /// For example `1 tenant` or `12 tenants`.
        private static func count(_ noun: String, _ reach: JSONObject) -> String {
            "\(reach.shown("\(noun)s")) \(noun)\(reach["\(noun)s"] == 1 ? "" : "s")"
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the silences that hold or will.")

        @OptionGroup var options: ListOptions
        @Flag(help: "Show those too that have ended lately.") var past = false

        func run() {
            let answer = ControlClient(options.agent).get("silences", ["past": past ? "true" : nil])
            guard !options.json else { return Terminal.write("\(JSONValue.object(answer.body))\n") }
            let silences = answer.list("silences")
            guard !silences.isEmpty else { return Terminal.write("nothing is silenced\n") }
            var table = TextTable(["ID", "STATE", "BEGINS", "ENDS", "AUTHOR", "MATCHERS"])
            for silence in silences {
                let matchers = silence["matchers"]?.elements?.compactMap(\.text).joined(separator: " ") ?? ""
                table.add(
                    [
                        silence.shown("id"), silence.shown("state"), Moment(silence["starts_at"])?.distance() ?? "-",
                        Moment(silence["ends_at"])?.distance() ?? "-", silence.shown("author"), matchers,
                    ], note: silence.shown("reason"))
            }
            Terminal.write(table.text)
        }
    }

    struct Expire: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a silence now.")

        @OptionGroup var agent: AgentOptions
        @OptionGroup var author: AuthorOptions
        @Argument(help: "Its id, as `silence list` shows it.") var id: String

        func run() throws {
            let query = ["author": try author.name()]
            _ = ControlClient(agent).delete("silences/\(ControlClient.part(id))", query)
            Terminal.write("\(Scrubber().scrub(id)) has ended\n")
        }
    }
}
