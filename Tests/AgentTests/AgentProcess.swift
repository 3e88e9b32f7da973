import Foundation
import RealServers
import TenantCore
import Transport

/// The agent as its users run it: the executable in a process of its own.
final class AgentProcess: Sendable {
    let process: ServerProcess
    let port: Int
    let directory: URL

    /// Starts `tenantwatch run` with quick checks.
    ///
    /// - Parameters:
    ///   - tenants: written to a file that the agent reads.
    ///   - interval: of all checks.
    ///   - environment: besides that of the tests and what the agent needs.
    ///   - wrapper: a command and its arguments that runs the agent's, given the agent's directory.
    init(
        _ tenants: [JSONObject], interval: String = "1s", timeout: String = "500ms", webhooks: [String] = [], arguments: [String] = [],
        environment: [String: String] = [:], wrapper: (URL) -> [String] = { _ in [] }
    ) throws {
        port = Ground.freePort()
        directory = try Ground.directory()
        try Self.write(tenants, to: directory)
        let command =
            wrapper(directory) + [Ground.products.appending(path: "tenantwatch").path, "run", "--listen", "127.0.0.1:\(port)"]
            + ["--interval", interval, "--timeout", timeout] + arguments
        process = try ServerProcess(
            command[0], Array(command.dropFirst()),
            environment: [
                "TENANTWATCH_TENANTS_FILE": directory.appending(path: "tenants.json").path,
                "TENANTWATCH_STATE_DIR": directory.appending(path: "state").path,
                "TENANTWATCH_WEBHOOK_URLS": webhooks.joined(separator: " "),
            ].merging(environment) { $1 }, in: directory)
    }

    private static func write(_ tenants: [JSONObject], to directory: URL) throws {
        let text = JSONValue.array(tenants.map { .object($0) }).description
        try text.write(to: directory.appending(path: "tenants.json"), atomically: true, encoding: .utf8)
    }

    /// Changes the tenants and asks the agent to read them again.
    func reload(_ tenants: [JSONObject]) throws {
        try Self.write(tenants, to: directory)
        process.signal(SIGHUP)
    }

    /// The answer to a GET; status 0 when there is none.
    func get(_ path: String, headers: [String] = []) -> (status: Int, body: String) {
        let request = HTTPRequest(url: Secret("http://127.0.0.1:\(port)\(path)"), target: "agent", headers: headers, bodyLimit: 64 << 20)
        guard var session = try? HTTPSession.open(), let response = try? session.exchange(request, before: .now + .seconds(5)) else {
            return (0, "")
        }
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    func becomesReady() -> Bool { wait(seconds: 20) { self.get("/readyz").status == 200 } }

    /// Waits until `/metrics` has this line.
    func metrics(show line: String, seconds: Double = 20) -> Bool {
        wait(seconds: seconds) { self.get("/metrics").body.split(separator: "\n").contains { $0 == line } }
    }

    /// The events of the audit log, an object each.
    var audit: [JSONObject] {
        let file = directory.appending(path: "state/audit/audit.jsonl")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { try? JSONValue.parse($0.utf8).object }
    }
}

/// A tenant on these servers.
func tenant(_ id: String, mongo: String, redis: String, issuer: String? = nil, _ more: JSONObject = [:]) -> JSONObject {
    var object: JSONObject = [
        "tenant_id": .string(id), "name": "Tenant \(id)", "mongo_uri": .string(mongo), "mongo_database": "\(id)_db",
        "redis_addr": .string(redis),
    ]
    if let issuer {
        object["oidc_issuer"] = .string(issuer)
        object["oidc_client_id"] = "client"
        object["oidc_client_secret"] = "canary-oidc"
        object["oidc_redirect_url"] = "https://api.example.com/callback"
    }
    for member in more.members { object[member.key] = member.value }
    return object
}
