import TenantCore
import Testing

struct LabelTests {
    private func labels(_ count: Int) -> JSONValue {
        var object = JSONObject()
        for index in 0..<count { object["label_\(index)"] = "x" }
        return .object(object)
    }

    @Test func `labels are kept, sorted by name`() throws {
        let tenant = try loadOne(entry(["labels": ["team": "blue", "_Region9": "eu \"west\"\\1"]]))
        #expect(tenant.labels.map(\.name) == ["_Region9", "team"])
        #expect(tenant.labels.map(\.value) == ["eu \"west\"\\1", "blue"])
    }

    @Test(arguments: [nil, .null, [:]] as [JSONValue?])
    func `a tenant need not have any`(value: JSONValue?) throws {
        #expect(try loadOne(entry(["labels": value])).labels.isEmpty)
    }

    @Test func `sixteen labels are the limit`() throws {
        #expect(try loadOne(entry(["labels": labels(16)])).labels.count == 16)
        #expect(errorKeys(of: entry(["labels": labels(17)])) == ["labels"])
    }

    @Test(arguments: ["9lives", "team-name", "team.name", "team name", "teäm", "", "a:b", String(repeating: "x", count: 65)])
    func `a name that Prometheus would refuse is an issue`(name: String) {
        #expect(errorKeys(of: entry(["labels": .object([name: "x"])])).count == 1)
    }

    @Test(arguments: [
        "tenant", "dependency", "check", "phase", "reason", "backend", "status", "name", "frontend_url", "alertname", "severity",
        "instance", "job", "le", "quantile", "__name__", "__anything",
    ])
    func `a name that Tenantwatch or Prometheus uses itself is an issue`(name: String) {
        #expect(errorKeys(of: entry(["labels": .object([name: "x"])])) == ["labels.\(name)"])
    }

    @Test(arguments: [5, true, .null, ["x"], [:], "a\nb", "a\u{202E}b", .string(String(repeating: "x", count: 129))] as [JSONValue])
    func `a value that is no short, plain text is an issue`(value: JSONValue) {
        #expect(errorKeys(of: entry(["labels": ["team": value]])) == ["labels.team"])
    }

    @Test(arguments: ["x", 5, ["a", "b"]] as [JSONValue])
    func `labels that are no object are an issue`(value: JSONValue) {
        #expect(errorKeys(of: entry(["labels": value])) == ["labels"])
    }
}
