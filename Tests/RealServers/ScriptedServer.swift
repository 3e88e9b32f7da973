import Foundation
import Glibc

/// A TCP server that answers as its script says: what no honest server does.
public final class ScriptedServer: @unchecked Sendable {
    // Sendable because everything is set before the thread starts.
    /// On 127.0.0.1, in clear.
    public let port: Int
    private let listener: Int32
    private let received = Lock<[String]>([])

    /// What to do with a request.
    public enum Answer: Sendable {
        case send([UInt8])
        /// Says nothing and keeps the connection.
        case silence
        case close
    }

    /// Starts listening; `script` answers every chunk that arrives.
    public init(_ script: @escaping @Sendable (String) -> Answer) throws {
        port = Ground.freePort()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var (address, yes) = (Ground.loopback(port), Int32(1))
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
        guard isBound, listen(listener, 64) == 0 else { throw ServerProblem(description: "cannot listen on \(port)") }
        let received = received
        Thread.detachNewThread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Thread.detachNewThread { Self.serve(connection, script, received) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Everything that was sent to the server, a chunk an element.
    public var requests: [String] { received.withLock { $0 } }
    /// The host and port, as in a URL.
    public var address: String { "127.0.0.1:\(port)" }

    private static func serve(_ connection: Int32, _ script: (String) -> Answer, _ received: Lock<[String]>) {
        defer { close(connection) }
        var buffer = [UInt8](repeating: 0, count: 256 * 1024)
        while case let count = recv(connection, &buffer, buffer.count, 0), count > 0 {
            var text = String(decoding: buffer[..<count], as: UTF8.self)
            // A request's body may come after its head.
            while let length = contentLength(text), text.utf8.count < length, case let more = recv(connection, &buffer, buffer.count, 0),
                more > 0
            {
                text += String(decoding: buffer[..<more], as: UTF8.self)
            }
            received.withLock { $0.append(text) }
            switch script(text) {
            case .silence: continue
            case .close: return
            case .send(let bytes):
                var rest = bytes[...]
                while !rest.isEmpty, case let sent = send(connection, Array(rest), rest.count, Int32(MSG_NOSIGNAL)), sent > 0 {
                    rest = rest.dropFirst(sent)
                }
            }
        }
    }

    /// How long a whole HTTP request is, by its Content-Length.
    private static func contentLength(_ text: String) -> Int? {
        guard let head = text.range(of: "\r\n\r\n"), let field = text.range(of: "content-length: ", options: .caseInsensitive) else {
            return nil
        }
        let body = Int(text[field.upperBound...].prefix { $0.isNumber }) ?? 0
        return text[..<head.upperBound].utf8.count + body
    }

    /// An HTTP answer with this status, headers and body.
    public static func http(_ status: Int, _ body: String = "", headers: [String] = []) -> Answer {
        let head = ["HTTP/1.1 \(status) Scripted", "Content-Length: \(body.utf8.count)"] + headers
        return .send(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }
}
