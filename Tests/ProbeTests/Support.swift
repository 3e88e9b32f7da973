import BlockingIO
import Checking
import MongoProbe
import OIDCProbe
import RealServers
import RedisProbe
import TenantCore
import Testing

/// A tenant whose dependencies lead nowhere, but for the given keys.
func tenant(_ keys: JSONObject) throws -> Tenant {
    var object: JSONObject = [
        "tenant_id": "acme", "name": "Acme", "mongo_uri": "mongodb://127.0.0.1:1/", "mongo_database": "acme_db",
        "redis_addr": "127.0.0.1:1",
    ]
    // What is written as a number and never dialled is not checked; a name leads there all the same.
    let forbidden = keys.members.compactMap { member in address(of: member).map { (key: member.key, address: $0) } }.filter {
        isNeverDialled($0.address)
    }
    for member in keys.members where !forbidden.contains(where: { $0.key == member.key }) { object[member.key] = member.value }
    if forbidden.contains(where: { $0.key == "oidc_issuer" }) { object["oidc_issuer"] = "https://127.0.0.1:1/" }
    if keys["oidc_issuer"] != nil {
        object["oidc_client_id"] = "client"
        object["oidc_client_secret"] = "canary-oidc"
        object["oidc_redirect_url"] = "https://api.example.com/callback"
    }
    let text = JSONValue.array([.object(object)]).description
    let loader = try TenantLoader(environment: ["TENANT_CONFIGS": text], dependencies: ["mongo", "redis", "oidc"])
    let directory = try loader.load()
    #expect(directory.issues.filter { $0.severity == .error }.isEmpty)
    var tenant = try #require(directory.tenants.first)
    for (key, text) in forbidden {
        switch key {
        case "mongo_uri": tenant.mongo?.address = try MongoAddress.parse(text)
        case "redis_addr": tenant.redis?.endpoint = try HostPort.parse(text, defaultPort: nil)
        default: tenant.oidc?.issuer = try WebAddress.parse(text)
        }
    }
    return tenant
}

private func address(of member: JSONObject.Member) -> String? {
    if case .string(let text) = member.value { text } else { nil }
}

private func isNeverDialled(_ text: String) -> Bool {
    let endpoint =
        (try? MongoAddress.parse(text).hosts.first) ?? (try? WebAddress.parse(text).endpoint) ?? (try? .parse(text, defaultPort: nil))
    return endpoint?.neverDialled != nil
}

/// What one check of a tenant found, in words: `healthy`, the findings, or the reason of the failure.
func verdict(_ kind: any ProbeKind, _ keys: JSONObject, timeout: Duration = .seconds(5)) throws -> String {
    word(try ask(kind, keys, timeout: timeout))
}

func ask(_ kind: any ProbeKind, _ keys: JSONObject, timeout: Duration = .seconds(5)) throws -> Result<Reading, ProbeFailure> {
    let check = try #require(try checks(kind, keys, timeout: timeout).first)
    return outcome(of: check)
}

func checks(_ kind: any ProbeKind, _ keys: JSONObject, timeout: Duration = .seconds(5)) throws -> [Check] {
    kind.checks(for: try tenant(keys), cadence: Cadence(interval: .seconds(60), timeout: timeout))
}

/// Runs the check as a lane does.
func outcome(of check: Check) -> Result<Reading, ProbeFailure> {
    Result { () throws(ProbeFailure) in try check.probe.check(before: .now + check.timeout) }
}

/// Runs the check on a lane, which gives up a call that never comes back: a stuck probe fails its test instead of
/// holding up the run.
func outcome(of check: Check, on lane: BlockingLane) throws -> Observation.Outcome {
    lane.submit([Job(check: check, due: .now)])
    var outcome: Observation.Outcome?
    _ = wait(seconds: 30) {
        for landing in lane.collect(at: .now) {
            switch landing {
            case .finished(let observation), .abandoned(let observation): outcome = observation.outcome
            case .returned: break
            }
        }
        return outcome != nil
    }
    return try #require(outcome)
}

func wordOnLane(of check: Check) throws -> String {
    switch try outcome(of: check, on: BlockingLane(name: "test")) {
    case .answered(let reading): word(.success(reading))
    case .failed(let failure): word(.failure(failure))
    case .skipped: "skipped"
    }
}

func word(_ result: Result<Reading, ProbeFailure>) -> String {
    switch result {
    case .success(let reading): reading.findings.isEmpty ? "healthy" : reading.findings.map(\.reason.rawValue).joined(separator: " ")
    case .failure(let failure): failure.reason.rawValue
    }
}
