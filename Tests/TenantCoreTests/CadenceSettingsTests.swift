import TenantCore
import Testing

struct CadenceSettingsTests {
    @Test(arguments: ["mongo", "redis", "oidc"])
    func `a tenant may choose its own cadence for each dependency`(dependency: String) throws {
        let tenant = try loadOne(entry(["\(dependency)_interval": "5m", "\(dependency)_timeout": "500ms"]))
        let cadence = try #require(tenant.cadences[dependency])
        #expect(cadence.interval == .seconds(300))
        #expect(cadence.timeout == .milliseconds(500))
        #expect(tenant.cadences.count == 1)
    }

    @Test func `either may be left out`() throws {
        let tenant = try loadOne(entry(["mongo_interval": "5m", "redis_timeout": "1s"]))
        #expect(tenant.cadences["mongo"]?.timeout == nil)
        #expect(tenant.cadences["redis"]?.interval == nil)
        #expect(tenant.cadences["oidc"] == nil)
    }

    @Test(arguments: ["mongo_interval", "redis_timeout"], ["15", "5 m", "-1s", "0s", "1ms", "25h", 15, true, [:]] as [JSONValue])
    func `what is no duration of a sensible length is an issue`(key: String, value: JSONValue) {
        #expect(errorKeys(of: entry([key: value])) == [key])
    }

    @Test(arguments: ["10ms", "24h"])
    func `the longest and shortest are taken`(text: String) throws {
        let tenant = try loadOne(entry(["mongo_interval": .string(text)]))
        #expect(tenant.cadences["mongo"]?.interval == Duration(written: text))
    }

    @Test(arguments: [("15s", "15s", true), ("15s", "16s", false), ("1s", "999ms", true)])
    func `a timeout may not be longer than the interval`(interval: String, timeout: String, isGood: Bool) {
        let keys = errorKeys(of: entry(["redis_interval": .string(interval), "redis_timeout": .string(timeout)]))
        #expect(keys == (isGood ? [] : ["redis_timeout"]))
    }

    @Test func `a dependency that nobody probes has no cadence`() throws {
        let directory = try load([entry(["kafka_interval": "5m"])])
        #expect(directory.tenants.first?.cadences.isEmpty == true)
        #expect(directory.issues.map(\.severity) == [.warning])
    }
}
