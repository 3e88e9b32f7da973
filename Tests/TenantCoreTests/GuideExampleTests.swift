import TenantCore
import Testing

/// What the platform's tenant setup guide shows must load; only its placeholders are worth a word.
struct GuideExampleTests {
    private static let basic = """
        {
          "tenant_id": "demo_tenant", "name": "Demo Tenant",
          "mongo_uri": "mongodb://localhost:27017", "mongo_database": "demo_db",
          "redis_addr": "localhost:6379", "redis_db": 0, "frontend_url": "https://demo.example.com"
        }
        """
    private static let entra = """
        {
          "tenant_id": "acme_corp", "name": "Acme Corporation",
          "mongo_uri": "mongodb://acme-mongo:27017", "mongo_database": "acme_corp_db",
          "redis_addr": "acme-redis:6379", "redis_db": 0, "frontend_url": "https://app.acme.com",
          "oidc_issuer": "https://login.microsoftonline.com/abc123/v2.0",
          "oidc_client_id": "00001111-aaaa-2222-bbbb-3333cccc4444", "oidc_client_secret": "enterprise-secret-value",
          "oidc_redirect_url": "https://api.yourplatform.com/v1/auth/oidc/callback", "oidc_scopes": "openid profile email"
        }
        """
    private static let keycloak = """
        {
          "tenant_id": "keycloak_tenant", "name": "Keycloak Tenant",
          "mongo_uri": "mongodb://keycloak-mongo:27017", "mongo_database": "keycloak_db",
          "redis_addr": "keycloak-redis:6379", "redis_db": 0, "frontend_url": "https://app.keycloak.com",
          "oidc_issuer": "https://keycloak.example.com/realms/my-realm", "oidc_client_id": "inference-api-client",
          "oidc_client_secret": "keycloak-secret",
          "oidc_redirect_url": "https://api.platform.com/v1/auth/oidc/callback", "oidc_scopes": "openid profile email"
        }
        """

    @Test(arguments: [basic, entra, keycloak])
    func `each example loads without an issue`(text: String) throws {
        let directory = try load(environment: ["TENANT_CONFIGS": "[\(text)]"])
        #expect(directory.tenants.count == 1)
        #expect(directory.issues.isEmpty)
        #expect(directory.rejected.isEmpty)
    }

    @Test func `the guide's placeholders are named, and all but the issuer is checked`() throws {
        let text = Self.entra.replacing("abc123", with: "{tenant-id}").replacing("enterprise-secret-value", with: "your-client-secret")
        let directory = try load(environment: ["TENANT_CONFIGS": "[\(text)]"])
        let tenant = try #require(directory.tenants.first)
        #expect(tenant.mongo != nil && tenant.redis != nil && tenant.oidc == nil)
        #expect(tenant.notChecked.map(\.dependency) == ["oidc"])
        #expect(
            Set(directory.issues.map { "\($0.severity) \($0.path)" }) == [
                "error TENANT_CONFIGS[0].oidc_issuer", "warning TENANT_CONFIGS[0].oidc_client_secret",
            ])
    }

    @Test func `all examples load together, in their order, the first as the default`() throws {
        let texts = [Self.basic, Self.entra, Self.keycloak].joined(separator: ",\n")
        let directory = try load(environment: ["TENANT_CONFIGS": "[\n\(texts)\n]\n"])
        #expect(directory.tenants.map(\.id.rawValue) == ["demo_tenant", "acme_corp", "keycloak_tenant"])
        #expect(directory.defaultTenant == id("demo_tenant"))
        #expect(directory.source == "TENANT_CONFIGS")
    }

    @Test func `every parameter of the guide arrives in its place`() throws {
        let directory = try load(environment: ["TENANT_CONFIGS": "[\(Self.entra)]"])
        let tenant = try #require(directory[id("acme_corp")])
        #expect(tenant.name == "Acme Corporation")
        #expect(tenant.mongo?.address.hosts == [HostPort(host: "acme-mongo", port: 27017)])
        #expect(tenant.mongo?.database == "acme_corp_db")
        #expect(tenant.redis?.endpoint == HostPort(host: "acme-redis", port: 6379))
        #expect(tenant.redis?.index == 0)
        #expect(tenant.frontendURL?.url == "https://app.acme.com")
        let oidc = try #require(tenant.oidc)
        #expect(oidc.issuer.url == "https://login.microsoftonline.com/abc123/v2.0")
        #expect(oidc.clientID == "00001111-aaaa-2222-bbbb-3333cccc4444")
        #expect(oidc.clientSecret?.opened == "enterprise-secret-value")
        #expect(oidc.redirectURL?.url == "https://api.yourplatform.com/v1/auth/oidc/callback")
        #expect(oidc.scopes == "openid profile email")
    }

    @Test(arguments: [
        "mongodb://host:27017", "mongodb://username:password@host:27017", "mongodb://host:27017/database",
        "mongodb://user:password@host:27017/database", "mongodb://host1:27017,host2:27017/?replicaSet=rs0",
        "mongodb://host:27017/?ssl=true", "mongodb+srv://username:password@cluster0.example.net/database?retryWrites=true",
    ])
    func `every format of a MongoDB connection string is taken as it is`(text: String) throws {
        let tenant = try loadOne(entry(["mongo_uri": .string(text)]))
        #expect(tenant.mongo?.address.connectionString.opened == text)
        #expect(tenant.mongo?.database == "acme_corp_db")
    }
}
