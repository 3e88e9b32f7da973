internal import Hummingbird
internal import TenantCore

/// Why a request is not answered as it was meant; every error that the API makes has this form.
struct APIProblem: Error {
    var status: HTTPResponse.Status
    /// A parameter, a place in the body, or a part of the agent.
    var place: String
    /// What is wrong there.
    var problem: String
    /// What to do about it.
    var fix: String
    /// Members of the answer beside the error.
    var more: JSONObject = [:]

    /// By default the client's mistake.
    init(_ status: HTTPResponse.Status = .badRequest, at place: String, _ problem: String, fix: String, more: JSONObject = [:]) {
        self.status = status
        self.place = place
        self.problem = problem
        self.fix = fix
        self.more = more
    }

    /// A word that is none of those that are known there; says which was meant, if one is close.
    static func unknown(_ word: String, at place: String, among known: [String]) -> APIProblem {
        let close = nearest(to: word, among: known).map { "Did you mean \($0)?" }
        return APIProblem(
            at: place, "\(Scrubber().scrub(word, limit: 64)) is not known",
            fix: close ?? (known.isEmpty ? "Leave it out." : "Use one of \(known.joined(separator: ", "))."))
    }

    var response: Response {
        var answer: JSONObject = ["error": ["where": .string(place), "what": .string(problem), "fix": .string(fix)]]
        for member in more.members { answer[member.key] = member.value }
        return .json(.object(answer), status: status)
    }
}

/// Gives our errors their form, and that to paths that nothing is served at.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = AgentRequestContext

    @concurrent func handle(
        _ request: Request, context: AgentRequestContext, next: @concurrent (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as APIProblem {
            return problem.response
        } catch let error as HTTPError where error.status == .notFound {
            let path = Scrubber().scrub(request.uri.path, limit: 128)
            return APIProblem(
                .notFound, at: path, "nothing is served at \(request.method.rawValue) \(path) here",
                fix: "See /api/v1 for what is; what changes something is served on the control socket alone."
            ).response
        }
    }
}
