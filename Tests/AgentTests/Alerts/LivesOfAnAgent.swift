import Foundation
import RealServers
import TenantCore

/// An agent that is killed and started again over one state directory.
final class LivesOfAnAgent {
    private let home: URL
    private let environment: [String: String]
    private var present: ServerProcess?
    let port = Ground.freePort()

    /// - Parameter settings: the settings file, in YAML.
    init(_ tenants: [JSONObject], settings: String, environment: [String: String] = [:]) throws {
        home = try Ground.directory()
        try settings.write(to: home.appending(path: "settings.yaml"), atomically: true, encoding: .utf8)
        self.environment = [
            "TENANTWATCH_TENANTS_FILE": home.appending(path: "tenants.json").path,
            "TENANTWATCH_STATE_DIR": home.appending(path: "state").path,
            "TENANTWATCH_SETTINGS": home.appending(path: "settings.yaml").path, "TENANTWATCH_LISTEN": "127.0.0.1:\(port)",
        ].merging(environment) { $1 }
        try configure(tenants)
    }

    deinit {
        present = nil
        try? FileManager.default.removeItem(at: home)
    }

    /// Changes the tenants, for the next life.
    func configure(_ tenants: [JSONObject]) throws {
        let text = JSONValue.array(tenants.map { .object($0) }).description
        try text.write(to: home.appending(path: "tenants.json"), atomically: true, encoding: .utf8)
    }

    /// Begins a life.
    func start() throws {
        present = try ServerProcess(
            Ground.products.appending(path: "tenantwatch").path, ["run"], environment: environment, in: try Ground.directory())
    }

    /// SIGKILL, whatever it is doing.
    func kill() {
        present?.crash()
        present = nil
    }

    /// SIGTERM; the exit status.
    func stop() -> Int32? {
        present?.signal(SIGTERM)
        return present?.exitStatus(within: 15)
    }

    var output: String { present?.output ?? "" }

    /// Every line of the audit log, in order, over all lives.
    func audit() throws -> [JSONObject] {
        let text = try String(contentsOf: home.appending(path: "state/audit/audit.jsonl"), encoding: .utf8)
        return text.split(separator: "\n").compactMap { try? JSONValue.parse($0.utf8).object }
    }

    /// The numbers of the committed steps that the audit log tells, in its order.
    func steps() throws -> [Int] {
        // Every other event is no step, and carries the number of the last one.
        let others = ["agent.", "configuration.", "tenant.", "audit."]
        return try audit().compactMap { entry in
            guard let event = entry["event"]?.text, !others.contains(where: { event.hasPrefix($0) }),
                case .integer(let step) = entry["step"]
            else {
                return nil
            }
            return step
        }
    }

    /// Waits until it has ended by itself.
    func waitForEnd(seconds: Double) { _ = present?.exitStatus(within: seconds) }

    /// The body of the answer to a GET.
    func get(_ path: String) -> String {
        (try? FinishedProcess("curl", ["-s", "http://127.0.0.1:\(port)\(path)"], environment: ["PATH": "/usr/bin:/bin"]).output) ?? ""
    }

    /// What one of the agent's commands says.
    func say(_ arguments: String...) throws -> FinishedProcess {
        try command(arguments, environment: environment.filter { $0.key != "LD_PRELOAD" })
    }
}
