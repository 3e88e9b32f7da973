public import Alerting
public import Checking
public import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
public import TenantCore
public import TenantMetrics

/// Answers Prometheus, load balancers and people, from snapshots alone.
public struct StatusServer: Sendable {
    private let book: StatusBook
    private let desk: AlertDesk
    private let pages: MetricsPages
    private let readiness: Readiness

    /// - Parameters:
    ///   - book: only its snapshots are read.
    ///   - desk: says what fires; nothing is changed.
    ///   - exposition: the figures of this moment, in a format.
    public init(
        book: StatusBook, desk: AlertDesk, exposition: @escaping @Sendable (ExpositionFormat) -> Exposition, readiness: Readiness
    ) {
        self.book = book
        self.desk = desk
        pages = MetricsPages(exposition: exposition)
        self.readiness = readiness
    }

    /// The server as a service.
    ///
    /// - Parameter onRunning: is called with the port once the server listens.
    public func service(
        address: HostPort, logger: Logger, onRunning: @escaping @Sendable (Int?) async -> Void
    ) -> some ApplicationProtocol {
        Application(
            router: router(),
            // 8 KB of headers and 30 idle seconds are plenty for an honest client.
            server: .http1(configuration: Self.connection),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: "tenantwatch",
                availableConnectionsDelegate: MaximumAvailableConnections(1024)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port) },
            logger: logger)
    }

    static var connection: HTTP1Channel.Configuration {
        var configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [HTTPMessageRulesInstaller(), RequestDeadline()], idleTimeout: .seconds(30))
        configuration.httpDecoder = .init(maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 8 * 1024, maxHeaderFieldCount: 100)
        return configuration
    }

    func router() -> Router<AgentRequestContext> {
        let methods = ServedMethods()
        let router = Router.ours(methods)
        router.get("/") { _, _ in Response.text(Self.index) }
        router.get("/metrics") { [pages] request, context in try pages.answer(request, context) }
        router.get("/livez") { [readiness] _, _ in
            let (isAlive, text) = readiness.liveness
            return Response.text(text, status: isAlive ? .ok : .serviceUnavailable)
        }
        router.get("/readyz") { [readiness] request, _ in
            let answer = readiness.answer(isVerbose: request.uri.queryParameters["verbose"] != nil)
            return Response.text(answer.text, status: answer.isReady ? .ok : .serviceUnavailable)
        }
        router.get("/health") { [book] _, _ in
            guard let snapshot = book.snapshot() else { return Self.health("warn", output: "no configuration is loaded yet") }
            return Self.json(HealthDocument(snapshot: snapshot).fleet())
        }
        router.get("/health/:tenant") { [book] _, context in
            guard let name = context.parameters.get("tenant") else { return Self.unknown }
            return Self.answer(book.document(of: name) { document, id in document.tenant(id) })
        }
        router.get("/health/:tenant/:dependency") { [book] _, context in
            guard let name = context.parameters.get("tenant"),
                let dependency = context.parameters.get("dependency").map({ Dependency(rawValue: $0) })
            else { return Self.unknown }
            return Self.answer(book.document(of: name) { document, id in document.subject(Subject(tenant: id, dependency: dependency)) })
        }
        router.serve(ReadAPI(book: book, desk: desk).routes, noting: methods)
        return router
    }

    private static let index = """
        Tenantwatch

        /health                        all tenants
        /health/{tenant}               one tenant
        /health/{tenant}/{dependency}  one dependency: mongo, redis or oidc
        /metrics                       for Prometheus
        /livez  /readyz?verbose        for load balancers and Kubernetes
        /api/v1                        alerts, deliveries, silences, receivers, rules and tenants as JSON

        """

    private static func answer(_ found: (status: Status, json: JSONValue)?) -> Response {
        guard let found else { return unknown }
        return json(found.json, status: found.status == .down ? .serviceUnavailable : .ok)
    }

    private static var unknown: Response { health("fail", output: "nothing of this name is watched", status: .notFound) }

    private static func health(_ status: JSONValue, output: JSONValue, status code: HTTPResponse.Status = .ok) -> Response {
        json(["status": status, "output": output], status: code)
    }

    private static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        .json(value, as: "application/health+json", status: status)
    }
}

extension StatusBook {
    /// What `read` finds of a tenant that is watched, else what is known of one that is rejected under this name.
    fileprivate func document(
        of name: String, _ read: (HealthDocument, TenantID) -> (status: Status, json: JSONValue)?
    ) -> (status: Status, json: JSONValue)? {
        if let id = TenantID(name), let snapshot = snapshot(of: id), snapshot.directory[id] != nil {
            return read(HealthDocument(snapshot: snapshot), id)
        }
        return snapshot().flatMap { HealthDocument(snapshot: $0).rejected(name) }
    }
}
