internal import Checking
internal import FoundationEssentials
internal import Platform
internal import TenantCore
internal import Transport

/// Asks a running agent over its control socket. What cannot be answered ends the process and says why.
struct ControlClient {
    /// What the agent said, with a status of HTTP below 400 or one that was expected.
    struct Answer {
        var status: Int
        var body: JSONObject

        /// The objects of a list.
        func list(_ name: String) -> [JSONObject] { body[name]?.elements?.compactMap(\.object) ?? [] }
    }

    /// A test of a receiver may take as long as that of all its servers.
    private static let patience = Duration.seconds(60)
    private static let answerLimit = 256 << 20

    private let socket: SocketPath

    /// A client of the agent that these options name.
    init(_ options: AgentOptions) {
        do {
            socket = try SocketPath(inStateDirectory: options.resolvedStateDirectory(ProcessInfo.processInfo.environment))
        } catch let rejected as ConfigurationRejected {
            Terminal.writeError(
                "\(rejected)\nThis command needs the state's directory alone: --state-dir names it without the settings.\n")
            endProcess(status: ExitStatus.configuration)
        } catch {
            Self.end("\(error)", status: ExitStatus.configuration)
        }
    }

    /// Asks for something below `/api/v1/`; parameters without a value are left out.
    func get(_ path: String, _ query: [String: String?] = [:]) -> Answer { ask(.get, path, query) }

    /// Asks for a change.
    ///
    /// - Parameter expected: a status of 400 or more that is an answer all the same.
    func post(_ path: String, _ query: [String: String?] = [:], body: JSONObject? = nil, expecting expected: Int? = nil) -> Answer {
        ask(.post, path, query, body: body, expecting: expected)
    }

    /// Asks for the end of something.
    func delete(_ path: String, _ query: [String: String?] = [:]) -> Answer { ask(.delete, path, query) }

    private func ask(
        _ method: HTTPRequest.Method, _ path: String, _ query: [String: String?], body: JSONObject? = nil, expecting expected: Int? = nil
    ) -> Answer {
        let parameters = query.compactMap { name, value in value.map { "\(name)=\(Self.part($0))" } }.sorted().joined(separator: "&")
        let request = HTTPRequest(
            url: Secret("http://agent/api/v1/\(path)\(parameters.isEmpty ? "" : "?")\(parameters)"), target: "the agent",
            method: method, body: body.map { JSONValue.object($0).serialized } ?? (method == .post ? [] : nil),
            headers: ["Content-Type: application/json"], unixSocket: socket.text, bodyLimit: Self.answerLimit)
        let answer = exchange(request)
        if answer.status >= 400, answer.status != expected { Self.end(Self.words(of: answer), status: ExitStatus.findings) }
        return answer
    }

    private func exchange(_ request: HTTPRequest) -> Answer {
        do throws(ProbeFailure) {
            var session = try HTTPSession.open()
            let response = try session.exchange(request, before: .now + Self.patience)
            if !response.isTruncated, let body = try? JSONValue.parse(response.body).object {
                return Answer(status: response.status, body: body)
            }
            Self.end("what listens at \(socket.text) is no agent of this version", status: ExitStatus.unavailable)
        } catch {
            Self.end(
                """
                no agent answers at \(socket.text) (\(error.reason.rawValue))
                Start one with `tenantwatch run`, run this as the agent's user or root, or name its directory with --state-dir.
                """, status: ExitStatus.unavailable)
        }
    }

    /// `text` as a part of a path or a value of a query.
    static func part(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                encoded.append(Character(Unicode.Scalar(byte)))
            default: encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    /// An error of the agent in one line.
    private static func words(of answer: Answer) -> String {
        let error = answer.body["error"]?.object
        let words = ["where", "what", "fix"].map { Scrubber().scrub(error?[$0]?.text ?? "", limit: 512) }
        return "\(words[0]): \(words[1])\n\(words[2])"
    }

    /// Ends the command with an error.
    static func end(_ text: String, status: Int32) -> Never {
        Terminal.writeError("error: \(text)\n")
        endProcess(status: status)
    }
}
