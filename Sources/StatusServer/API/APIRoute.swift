internal import Hummingbird
internal import TenantCore

/// One method of one path of the API.
struct APIRoute: Sendable {
    var method: HTTPRequest.Method
    /// As the OpenAPI document writes it, for example `/api/v1/silences/{id}`.
    var path: String
    /// The parameters that the query may have.
    var query: [String] = []
    /// False ignores whatever is sent.
    var takesBody = false
    /// Of an answer that is no error.
    var status = HTTPResponse.Status.ok
    /// May block.
    var answer: @Sendable (APIRequest) throws(APIProblem) -> JSONObject
}

extension Router<AgentRequestContext> {
    /// A router whose errors are all of our form.
    static func ours(_ methods: ServedMethods) -> Router {
        let router = Router(context: AgentRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: MethodMiddleware(methods: methods))
        return router
    }

    /// Serves `routes`, and under `/api/v1` the list of all that this router serves; nothing may be added after it.
    func serve(_ routes: [APIRoute], noting methods: ServedMethods) {
        let gate = APIGate()
        for route in routes {
            on(RouterPath(route.path), method: route.method) { request, context in
                let asked = try await APIRequest(request, context, for: route)
                let answer = try await gate.run { () throws(APIProblem) in try route.answer(asked) }
                return Response.json(.object(answer), status: route.status)
            }
        }
        let index = "/api/v1"
        let served = self.routes.map { [$0.path.description, $0.method.rawValue] } + [[index, "GET"]]
        let list = served.sorted { $0.lexicographicallyPrecedes($1) }.map { route -> JSONValue in
            ["path": .string(route[0]), "method": .string(route[1])]
        }
        methods.adopt(served.map { (path: $0[0], method: $0[1]) })
        get(RouterPath(index)) { _, _ in Response.json(["routes": .array(list)]) }
    }
}
