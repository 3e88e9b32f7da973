internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import TenantCore

/// What a client asks for, read strictly: what is not known is refused and not ignored.
struct APIRequest: Sendable {
    /// Far more than any request needs.
    private static let bodyLimit = 64 * 1024

    /// The captured parts of the path, by name.
    private let path: [String: String]
    private let query: [String: String]
    /// The members of the body; none when the route takes none.
    let body: JSONObject

    init(_ request: Request, _ context: AgentRequestContext, for route: APIRoute) async throws(APIProblem) {
        path = Dictionary(
            context.parameters.map { (String($0.key), Self.decoded($0.value)) },
            uniquingKeysWith: { first, _ in first })
        var query: [String: String] = [:]
        for (key, value) in request.uri.queryParameters {
            let name = String(key)
            guard route.query.contains(name) else { throw .unknown(name, at: "query", among: route.query) }
            guard query.updateValue(String(value), forKey: name) == nil else {
                throw APIProblem(at: name, "is given twice", fix: "Give it once.")
            }
        }
        self.query = query
        body = route.takesBody ? try await Self.body(of: request) : [:]
    }

    private static func body(of request: Request) async throws(APIProblem) -> JSONObject {
        let bytes: ByteBuffer
        do {
            bytes = try await request.body.collect(upTo: bodyLimit)
        } catch is NIOTooManyBytesError {
            throw APIProblem(.contentTooLarge, at: "body", "is larger than \(bodyLimit) bytes", fix: "Send less.")
        } catch {
            throw APIProblem(at: "body", "did not arrive", fix: "Send it again.")
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(bytes.readableBytesView)
        } catch {
            throw APIProblem(at: "body", "line \(error.line), column \(error.column): \(error.problem)", fix: "Send strict JSON.")
        }
        guard let object = value.object else { throw APIProblem(at: "body", "is \(value.kind)", fix: "Send an object.") }
        return object
    }

    /// A part of a path, in which `%2F` stands for what else would end it; Hummingbird hands on what was sent.
    private static func decoded(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy(\.isHexDigit), let decoded = UInt8(digits, radix: 16) {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A captured part of the path.
    func part(_ name: String) -> String { path[name] ?? "" }

    /// A parameter of the query as it is written.
    func text(_ name: String) -> String? { query[name] }

    /// One of a few words.
    func choice<Value>(_ name: String, _ choices: [(word: String, value: Value)]) throws(APIProblem) -> Value? {
        guard let text = query[name] else { return nil }
        guard let choice = choices.first(where: { $0.word == text }) else {
            throw .unknown(text, at: name, among: choices.map(\.word))
        }
        return choice.value
    }

    /// A whole number.
    func count(_ name: String, in range: ClosedRange<Int>) throws(APIProblem) -> Int? {
        guard let text = query[name] else { return nil }
        guard let count = Int(text), range.contains(count) else {
            let upper = range.upperBound == .max ? "" : " to \(range.upperBound)"
            throw APIProblem(at: name, "is not a whole number from \(range.lowerBound)\(upper)", fix: "Write one, or leave it out.")
        }
        return count
    }

    /// The tenant that is asked about; whether it is watched does not matter.
    func tenant() throws(APIProblem) -> TenantID? {
        guard let text = query["tenant"] else { return nil }
        guard let id = TenantID(text) else {
            throw APIProblem(at: "tenant", TenantID.problem(with: text) ?? "is not a tenant id", fix: "Give a tenant id.")
        }
        return id
    }

    /// Who asks for a change.
    func author() throws(APIProblem) -> String { try Self.person(query["author"], at: "author") }

    /// Words that are kept for others to read, without what could hide something.
    static func person(_ text: String?, at place: String, limit: Int = 128) throws(APIProblem) -> String {
        let clean = Scrubber().scrub(text ?? "", limit: limit)
        guard clean.contains(where: { !$0.isWhitespace }) else {
            throw APIProblem(at: place, "is missing", fix: "Say who and why: others will read it.")
        }
        return clean
    }
}
