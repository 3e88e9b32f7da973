import Alerting
import TenantCore
import Testing

/// `rules`, for all tenants and for one.
struct RuleSettingsTests {
    private func book(_ json: String) throws -> RuleBook? {
        let (settings, issues) = try settings(#""rules": {\#(json)}"#)
        return issues.isEmpty ? settings.rules : nil
    }

    @Test func `everything about a rule can be changed`() throws {
        let book = try #require(
            try book(
                """
                "TenantwatchDependencyDegraded": {"severity": "info", "hold": "5m", "recovery": "30s", "threshold": "2s",
                                                  "runbook": "https://wiki/x"}
                """))
        let rule = try #require(book.rule("TenantwatchDependencyDegraded", for: nil))
        #expect(rule.severity == .info)
        #expect([rule.hold, rule.recovery, rule.threshold] == [.seconds(300), .seconds(30), .seconds(2)])
        #expect(rule.runbook == "https://wiki/x")
        #expect(book.rule("TenantwatchDependencyDown", for: nil) == RuleBook().rule("TenantwatchDependencyDown", for: nil))
    }

    @Test func `a rule can be switched off for one tenant`() throws {
        let book = try book(#""TenantwatchDependencyDown": {"hold": "0s", "tenants": {"test": {"enabled": false}}}"#)
        #expect(book?.rule("TenantwatchDependencyDown", for: TenantID("test")) == nil)
        #expect(book?.rule("TenantwatchDependencyDown", for: TenantID("acme")) != nil)
    }

    @Test func `a tenant's word counts before that for all`() throws {
        let book = try book(
            #""TenantwatchDependencyDown": {"severity": "warning", "hold": "1m", "tenants": {"gold": {"severity": "critical"}}}"#)
        let gold = book?.rule("TenantwatchDependencyDown", for: TenantID("gold"))
        #expect(gold?.severity == .critical)
        #expect(gold?.hold == .seconds(60))
        #expect(book?.rule("TenantwatchDependencyDown", for: TenantID("acme"))?.severity == .warning)
    }

    @Test func `the page of rules has a row for each`() {
        for rule in AlertRule.all { #expect(AlertRule.markdown.contains("| `\(rule.name)` | \(rule.severity.rawValue) |")) }
        #expect(AlertRule.markdown.contains("| after 1m | 1s |"))
        #expect(AlertRule.markdown.contains("| at once | 15m |"))
    }
}
