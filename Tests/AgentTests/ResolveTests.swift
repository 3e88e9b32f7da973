import Foundation
import RealServers
import TenantCore
import Testing

/// `tenantwatch resolve` as an operator uses it.
struct ResolveTests {
    private func resolve(_ arguments: String..., headers: String? = nil) throws -> FinishedProcess {
        let tenants = ["acme", "globex"].map { JSONValue.object(tenant($0, mongo: "mongodb://\($0)", redis: "\($0):6379")) }
        return try FinishedProcess(
            Ground.products.appending(path: "tenantwatch").path, ["resolve"] + arguments + (headers == nil ? [] : ["--headers", "-"]),
            environment: ["TENANT_CONFIGS": JSONValue.array(tenants).description], input: headers.map { Array($0.utf8) })
    }

    @Test func `an API key names its tenant, and the rest is told`() throws {
        let result = try resolve(headers: "Host: api\r\nX-API-Key: globex_sk_c4n4ry\r\n")
        #expect(result.status == 0)
        #expect(
            result.output == """
                token    is not given
                API key  names globex, which is watched
                header   is not given
                → globex, by its API key
                The key itself is not verified here and assumed to be valid.

                """)
    }

    @Test func `a header that disagrees is refused with 403`() throws {
        let result = try resolve("--tenant-header", "acme", "--json", headers: "x-api-key: globex_sk_c4n4ry\n")
        #expect(result.status == 1)
        let report = try #require(try JSONValue.parse(result.output.utf8).object)
        #expect(report["status"] == 403)
        #expect(!result.output.contains("c4n4ry"))
    }

    @Test func `a header counts where it is trusted, and the default tenant nowhere`() throws {
        #expect(try resolve("--tenant-header", "acme", "--trust-header").output.contains("→ acme, by its header"))
        let refused = try resolve("--tenant-header", "acme")
        #expect(refused.status == 1)
        #expect(refused.output.contains("The default tenant, acme, is for display"))
    }

    @Test func `two values of one header are an error`() throws {
        let result = try resolve(headers: "x-api-key: acme_sk_1\nx-api-key: acme_sk_2\n")
        #expect(result.status == 64)
        #expect(result.errors.contains("x-api-key is there with two values"))
    }
}
