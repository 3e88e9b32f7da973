import Foundation
import RealServers
import TenantCore
import Transport

/// An answer of the agent, as the OpenAPI document sees it.
struct APIAnswer {
    let method: String
    /// As the document writes it.
    let path: String
    let status: Int
    let type: String
    let body: String

    var json: JSONObject { (try? JSONValue.parse(body.utf8).object) ?? [:] }

    /// A line for `scripts/servers/openapi.py`.
    var line: String {
        let object: JSONObject = [
            "method": .string(method), "path": .string(path), "status": .integer(status), "type": .string(type), "body": .string(body),
        ]
        return JSONValue.object(object).description
    }
}

extension AgentProcess {
    var stateDirectory: URL { directory.appending(path: "state") }
    var controlSocket: URL { stateDirectory.appending(path: "control.sock") }

    /// Asks with curl, which nobody here wrote, over TCP or the control socket.
    ///
    /// - Parameters:
    ///   - path: as the document writes it; the words of `parts` take the places in braces, in order.
    ///   - body: sent as it is.
    func ask(
        _ path: String, method: String = "GET", parts: [String] = [], query: String = "", body: String? = nil, onSocket: Bool = false
    ) throws -> APIAnswer {
        var target = path
        for part in parts { target = target.replacing(#/\{[a-z]+\}/#, with: part, maxReplacements: 1) }
        let file = directory.appending(path: "answer-\(UUID().uuidString)")
        var arguments = ["-sS", "-m", "20", "-X", method, "-o", file.path, "-w", "%{http_code} %{content_type}"]
        if body != nil { arguments += ["--data-binary", "@-", "-H", "Content-Type: application/json"] }
        if onSocket { arguments += ["--unix-socket", controlSocket.path] }
        let written = try run("curl", arguments + ["http://127.0.0.1:\(port)\(target)\(query)"], input: body.map { Array($0.utf8) })
        let words = written.split(separator: " ", maxSplits: 1).map(String.init)
        return APIAnswer(
            method: method, path: path, status: Int(words[0]) ?? 0, type: words.count == 2 ? words[1] : "",
            body: (try? String(contentsOf: file, encoding: .utf8)) ?? "")
    }

    /// Runs one of the commands that talk to this agent.
    func control(_ arguments: String..., user: String = "ann") throws -> FinishedProcess {
        try command(arguments, environment: ["TENANTWATCH_STATE_DIR": stateDirectory.path, "USER": user])
    }

    /// The list `name` of what one of them answers as JSON.
    func listed(_ name: String, by arguments: String...) throws -> [JSONObject] {
        let result = try command(arguments + ["--json"], environment: ["TENANTWATCH_STATE_DIR": stateDirectory.path])
        return try JSONValue.parse(result.output.utf8.filter { $0 != 0x0A }).object?[name]?.elements?.compactMap(\.object) ?? []
    }

    /// Waits until the commands can talk to it.
    func listensToCommands() -> Bool { wait(seconds: 20) { (try? self.control("receivers").status) == 0 } }

    /// Waits until the alerts about tenants that the agent tells of are these, as `state tenant/dependency`, sorted.
    func alerts(become expected: [String], seconds: Double = 20) -> Bool {
        wait(seconds: seconds) {
            let alerts = (try? self.listed("alerts", by: "alerts")) ?? []
            return alerts.compactMap { alert in
                alert["tenant"]?.text.map { "\(alert["state"]?.text ?? "") \($0)/\(alert["dependency"]?.text ?? "")" }
            }.sorted() == expected
        }
    }
}
