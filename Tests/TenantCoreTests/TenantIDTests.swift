import TenantCore
import Testing

struct TenantIDTests {
    @Test(arguments: ["a", "Z", "7", "_", "-", "acme_corp", "globex-inc", "0001", String(repeating: "x", count: 63)])
    func `letters, digits, underscores and hyphens make an id`(text: String) {
        #expect(TenantID(text)?.rawValue == text)
        #expect(TenantID.problem(with: text) == nil)
    }

    @Test(arguments: [
        "", String(repeating: "x", count: 64), "acme corp", "acme.corp", "acme/corp", "acmé", "аcme", "acme\n", "acme\u{0}",
        "acme\u{200B}", "{tenant}", "acme:corp",
    ])
    func `anything else is not an id`(text: String) {
        #expect(TenantID(text) == nil)
        #expect(TenantID.problem(with: text) != nil)
    }

    @Test(arguments: ["acme_sk_corp", "_sk_", "acme_sk", "_sk", "a_sk_"])
    func `an id that would split an API key in the wrong place is refused`(text: String) {
        #expect(TenantID(text) == nil)
    }

    @Test(arguments: ["sk", "sk_acme", "acme_sky", "acme-sk", "acme_SK", "acme_s_k_"])
    func `an id that only resembles the separator is fine`(text: String) {
        #expect(TenantID(text) != nil)
    }

    @Test func `ids that differ in case are different ids`() {
        #expect(TenantID("Acme") != TenantID("acme"))
    }

    @Test func `ids are sorted by their texts`() {
        let sorted = ["b", "a-1", "a"].compactMap { TenantID($0) }.sorted()
        #expect(sorted.map(\.description) == ["a", "a-1", "b"])
    }
}
