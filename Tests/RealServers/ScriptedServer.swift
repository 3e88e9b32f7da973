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
        /// Closes the connection after the last byte.
        case sendAndClose([UInt8])
        /// The first bytes once, the others until the client hangs up.
        case endless([UInt8], [UInt8])
        /// One byte after the other with so many milliseconds between them, until the client hangs up.
        case drip([UInt8], milliseconds: Int32)
        /// Says nothing and keeps the connection.
        case silence
        case close
    }

    /// Starts listening; `script` answers every chunk that arrives, and `greeting` is said before the first.
    public convenience init(greeting: [UInt8] = [], _ script: @escaping @Sendable (String) -> Answer) throws {
        try self.init(greeting: greeting, bytes: { script(String(decoding: $0, as: UTF8.self)) })
    }

    /// The same for a protocol that is no text.
    public static func binary(_ script: @escaping @Sendable ([UInt8]) -> Answer) throws -> ScriptedServer {
        try ScriptedServer(greeting: [], bytes: script)
    }

    private init(greeting: [UInt8], bytes script: @escaping @Sendable ([UInt8]) -> Answer) throws {
        let listener = socket(AF_INET, Ground.stream, 0)
        self.listener = listener
        var yes = Int32(1)
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        // Somebody else may have come between the look at a port and this.
        let ports = (0..<20).lazy.map { _ in Ground.freePort() }
        guard let port = ports.first(where: { Self.binds(listener, to: $0) }), listen(listener, 64) == 0 else {
            throw ServerProblem(description: "cannot listen: \(String(cString: strerror(errno)))")
        }
        self.port = port
        let received = received
        Thread.detachNewThread {
            // Closed here and nowhere else: its number must not become another server's while this thread may accept on it.
            defer { close(listener) }
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                Thread.detachNewThread {
                    defer { close(connection) }
                    if Self.deliver(greeting, to: connection) { Self.serve(connection, script, received) }
                }
            }
        }
    }

    private static func binds(_ listener: Int32, to port: Int) -> Bool {
        var address = Ground.loopback(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Everything that was sent to the server, a chunk an element.
    public var requests: [String] { received.withLock { $0 } }
    /// The host and port, as in a URL.
    public var address: String { "127.0.0.1:\(port)" }

    private static func serve(_ connection: Int32, _ script: ([UInt8]) -> Answer, _ received: Lock<[String]>) {
        var buffer = [UInt8](repeating: 0, count: 256 * 1024)
        while case let count = recv(connection, &buffer, buffer.count, 0), count > 0 {
            var bytes = Array(buffer[..<count])
            // A request's body may come after its head.
            while let length = contentLength(String(decoding: bytes, as: UTF8.self)), bytes.count < length,
                case let more = recv(connection, &buffer, buffer.count, 0), more > 0
            {
                bytes += buffer[..<more]
            }
            received.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
            guard carryOut(script(bytes), on: connection) else { return }
        }
    }

    /// Whether the connection goes on.
    private static func carryOut(_ answer: Answer, on connection: Int32) -> Bool {
        switch answer {
        case .silence: return true
        case .close: return false
        case .send(let bytes): return deliver(bytes, to: connection)
        case .sendAndClose(let bytes):
            _ = deliver(bytes, to: connection)
            return false
        case .endless(let head, let piece):
            guard deliver(head, to: connection) else { return false }
            while deliver(piece, to: connection) {}
            return false
        case .drip(let bytes, let milliseconds):
            for byte in bytes {
                var client = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
                // Nothing more is to come from the client but its hang-up.
                guard deliver([byte], to: connection), poll(&client, 1, milliseconds) == 0 else { return false }
            }
            return true
        }
    }

    /// False when the client has hung up.
    private static func deliver(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = send(connection, Array(rest), rest.count, Int32(MSG_NOSIGNAL))
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
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
