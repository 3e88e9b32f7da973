import Foundation
import RealServers
import TenantCore
import Testing

/// What the commands print and how they exit.
struct CommandTests {
    private let good = tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: "127.0.0.1:1")

    private func environment(_ tenants: JSONObject..., more: [String: String] = [:]) -> [String: String] {
        more.merging(["TENANT_CONFIGS": JSONValue.array(tenants.map { .object($0) }).description]) { own, _ in own }
    }

    @Test func `lint is clean, warns or finds`() throws {
        var warned = good, bad = good
        warned["redis_pasword"] = "x"
        bad["redis_db"] = 16
        #expect(try command(["lint"], environment: environment(good)).status == 0)
        let warning = try command(["lint"], environment: environment(warned))
        #expect(warning.status == 2)
        #expect(warning.output.contains("Did you mean \"redis_password\"?"))
        let finding = try command(["lint"], environment: environment(bad))
        #expect(finding.status == 1)
        #expect(finding.output.contains("TENANT_CONFIGS[0].redis_db"))
    }

    @Test func `run refuses what it cannot use with 78 and the list alone`() throws {
        var bad = good
        bad["name"] = nil
        let none = try command(["run"])
        #expect(none.status == 78)
        #expect(none.errors.contains("TENANT_CONFIGS"))
        let strict = try command(["run", "--strict"], environment: environment(good, bad))
        #expect(strict.status == 78)
        #expect(strict.output.isEmpty)
        #expect(strict.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("error: ") || $0.hasPrefix("warning: ") })
        #expect(try command(["run"], environment: ["TENANT_CONFIGS": "[{]"]).status == 78)
        #expect(try command(["run"], environment: environment()).status == 78)
    }

    @Test(arguments: [
        (["--listen", "0.0.0.0:9780"], "loopback"), (["--interval", "soon"], "--interval"),
        (["--interval", "1s", "--timeout", "2s"], "overlap"),
        (["--alert-failures", "4", "--alert-window", "3"], "window"),
        (["--log-level", "loud"], "trace"),
    ]) func `a setting that makes no sense is refused with its flag and a fix`(_ row: (arguments: [String], word: String)) throws {
        let result = try command(["run"] + row.arguments, environment: environment(good))
        #expect(result.status == 78)
        #expect(result.errors.contains(row.word))
    }

    @Test func `the settings file counts after the environment, and unknown keys are refused`() throws {
        let directory = try Ground.directory()
        let file = directory.appending(path: "settings.yaml")
        try "interval: nonsense\n".write(to: file, atomically: true, encoding: .utf8)
        let settings = ["TENANTWATCH_SETTINGS": file.path]
        #expect(try command(["lint"], environment: environment(good, more: settings)).status == 1)
        let overridden = settings.merging(["TENANTWATCH_INTERVAL": "20s"]) { $1 }
        #expect(try command(["lint"], environment: environment(good, more: overridden)).status == 0)
        try "intervall: 15s\n".write(to: file, atomically: true, encoding: .utf8)
        let unknown = try command(["lint"], environment: environment(good, more: settings))
        #expect(unknown.status == 1)
        #expect(unknown.output.contains("Did you mean `interval`?"))
        try FileManager.default.removeItem(at: directory)
    }

    @Test func `check asks every dependency once and tells the remedy`() throws {
        let redis = try RedisServer()
        let mixed = tenant("acme", mongo: "mongodb://127.0.0.1:\(Ground.freePort())/", redis: redis.address)
        let table = try command(["check"], environment: environment(mixed))
        #expect(table.status == 1)
        #expect(table.output.contains("healthy"))
        #expect(table.output.contains("Start the server, or correct the port."))
        #expect(!table.output.contains("\u{1B}"))
        let json = try command(["check", "--json", "--tenant", "acme"], environment: environment(mixed))
        let report = try JSONValue.parse(json.output.utf8.filter { $0 != 0x0A }).object
        #expect(report?["healthy"] == false)
        #expect(report?["checks"]?.elements?.compactMap { $0.object?["status"]?.text }.sorted() == ["down", "healthy"])
        #expect(try command(["check", "--tenant", "acmee"], environment: environment(mixed)).errors.contains("Did you mean acme?"))
    }

    @Test func `check says of a tenant that was rejected what is wrong with it`() throws {
        let (acme, beta) = (
            tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: "127.0.0.1:1"),
            tenant("beta", mongo: "mongodb://127.0.0.1:1/", redis: "127.0.0.1:1", ["name": ""])
        )
        let answer = try command(["check", "--tenant", "beta"], environment: environment(acme, beta))
        #expect(answer.status == 1)
        #expect(answer.output.contains("beta: not checked, its configuration has issues\n    error: "))
        #expect(!answer.output.contains("acme"))
        #expect(!(try command(["check", "--tenant", "acme"], environment: environment(acme, beta))).output.contains("beta"))
    }

    @Test func `check says which dependencies it does not ask, and why`() throws {
        let redis = try RedisServer()
        let partial = tenant("acme", mongo: "mongodb://u:p@mongo/?authMechanism=GSSAPI", redis: redis.address)
        let answer = try command(["check"], environment: environment(partial))
        #expect(answer.status == 0, "what a check cannot ask is no fault of the tenant's")
        #expect(answer.output.contains("mongo       not checked\n    TENANT_CONFIGS[0].mongo_uri: asks for the mechanism GSSAPI"))
        let broken = tenant("acme", mongo: "nonsense", redis: redis.address)
        #expect(try command(["check"], environment: environment(broken)).status == 1)
        let linted = try command(["lint"], environment: environment(partial))
        #expect(linted.status == 2)
        #expect(linted.output.contains("warning: tenant acme: TENANT_CONFIGS[0].mongo_uri: asks for the mechanism GSSAPI"))
        #expect(linted.output.hasSuffix("1 good tenants, 0 errors, 1 warnings, 1 dependencies not checked\n"))
    }

    @Test func `the generated pages are the ones in docs`() throws {
        for page in ["metrics", "settings", "rules", "mongo-options"] {
            let committed = try String(contentsOf: Ground.root.appending(path: "docs/\(page).md"), encoding: .utf8)
            #expect(try command(["reference", page]).output == committed)
        }
    }

    @Test func `help and version answer`() throws {
        #expect(try command(["--help"]).output.contains("check"))
        #expect(try command(["--version"]).output.contains("0.1.0"))
    }
}
