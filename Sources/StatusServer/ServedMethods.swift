internal import Hummingbird
internal import Platform

/// Which methods each path is served with, for requests with another.
final class ServedMethods: Sendable {
    private struct Path {
        /// Parts that take any text are nil.
        var parts: [String?]
        var methods: Set<String>
    }

    private let paths = Guarded<[Path]>([])

    /// No paths yet: a router's routes are known after its middleware is made.
    init() {}

    /// Takes all routes of a router.
    func adopt(_ routes: [(path: String, method: String)]) {
        let grouped = Dictionary(grouping: routes, by: \.path).map { path, routes in
            Path(parts: Self.parts(path).map { ":{".contains($0.prefix(1)) ? nil : $0 }, methods: Set(routes.map(\.method)))
        }
        paths.withLock { $0 = grouped }
    }

    /// The value of `Allow` for a path, sorted; nil where nothing is served. `/*` stands for the server as a whole.
    func allowed(at path: String) -> String? {
        let parts = Self.parts(path)
        let methods = paths.withLock { paths in
            paths.filter { path == "/*" || Self.fits(parts, $0.parts) }.reduce(into: Set<String>()) { $0.formUnion($1.methods) }
        }
        guard !methods.isEmpty else { return nil }
        return methods.union(methods.contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"]).sorted().joined(separator: ", ")
    }

    private static func parts(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }

    private static func fits(_ parts: [String], _ pattern: [String?]) -> Bool {
        parts.count == pattern.count && zip(parts, pattern).allSatisfy { part, name in name == nil || name == part }
    }
}

/// Answers OPTIONS, and says which methods there are where another was used.
struct MethodMiddleware: RouterMiddleware {
    typealias Context = AgentRequestContext

    let methods: ServedMethods

    @concurrent func handle(
        _ request: Request, context: AgentRequestContext, next: @concurrent (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            guard let allowed = methods.allowed(at: request.uri.path) else { throw error }
            var response: Response
            if request.method == .options {
                response = Response(status: .noContent)
            } else {
                let problem = APIProblem(
                    .methodNotAllowed, at: "method", "\(request.method.rawValue) is not served here",
                    fix: "Use one of \(allowed); what changes something is served on the control socket alone.")
                response = problem.response
            }
            response.headers[.allow] = allowed
            return response
        }
    }
}
