import Foundation
import Glibc

/// A DNS server on loopback that answers over UDP, and over TCP where it has a script for that, as its scripts say.
public final class ScriptedNameServer: @unchecked Sendable {
    // Sendable because everything is set before the thread starts.
    /// On 127.0.0.1.
    public let port: Int
    private let socket: Int32
    private let listener: Int32?

    /// A record of an answer.
    public enum Record: Sendable {
        case service(String, Int)
        /// Several are written as one record.
        case text([String])
        case raw(kind: UInt16, [UInt8])

        fileprivate var content: (kind: UInt16, [UInt8]) {
            switch self {
            case .service(let host, let port): (33, [0, 0, 0, 0] + big(UInt16(port)) + name(host))
            case .text(let texts): (16, texts.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) })
            case .raw(let kind, let bytes): (kind, bytes)
            }
        }
    }

    /// What to do with a question.
    public enum Answer: Sendable {
        case records([Record])
        /// A code of RFC 1035: 2 is that the server failed, 3 that the name does not exist, 5 that it refuses.
        case failure(UInt8)
        case silence
        /// Says that the answer does not fit.
        case truncated
    }

    /// What is answered to a question for records of a name and a type.
    public typealias Script = @Sendable (String, UInt16) -> Answer

    /// Starts listening.
    public init(overTCP stream: Script? = nil, _ script: @escaping Script) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        self.socket = socket
        var address = Ground.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0 }
        }
        guard isBound else { throw ServerProblem(description: "cannot listen: \(String(cString: strerror(errno)))") }
        port = Int(UInt16(bigEndian: address.sin_port))
        listener = stream == nil ? nil : try Self.listen(at: port)
        Thread.detachNewThread { Self.serve(socket, script) }
        if let stream, let listener { Thread.detachNewThread { Self.serveStreams(listener, stream) } }
    }

    deinit {
        for socket in [socket, listener].compactMap(\.self) {
            shutdown(socket, Int32(SHUT_RDWR))
            close(socket)
        }
    }

    private static func listen(at port: Int) throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Ground.loopback(port)
        let isListening = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && Glibc.listen(socket, 8) == 0
            }
        }
        guard isListening else { throw ServerProblem(description: "cannot listen: \(String(cString: strerror(errno)))") }
        return socket
    }

    /// One question for each connection, which stays open where the script is silent.
    private static func serveStreams(_ listener: Int32, _ script: Script) {
        var silent: [Int32] = []
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 14, let answer = answer(to: Array(buffer[2..<count]), script) else {
                silent.append(client)
                continue
            }
            let frame = big(UInt16(answer.count)) + answer
            _ = send(client, frame, frame.count, Int32(MSG_NOSIGNAL))
            close(client)
        }
        for client in silent { close(client) }
    }

    private static func serve(_ socket: Int32, _ script: (String, UInt16) -> Answer) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var client = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &client) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(socket, &buffer, buffer.count, 0, $0, &size) }
            }
            guard count > 12 else { return }
            guard let answer = answer(to: Array(buffer[..<count]), script) else { continue }
            _ = withUnsafePointer(to: &client) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { sendto(socket, answer, answer.count, 0, $0, size) }
            }
        }
    }

    private static func answer(to question: [UInt8], _ script: (String, UInt16) -> Answer) -> [UInt8]? {
        var labels: [String] = []
        var at = 12
        while at < question.count, question[at] != 0 {
            labels.append(String(decoding: question[(at + 1)...].prefix(Int(question[at])), as: UTF8.self))
            at += 1 + Int(question[at])
        }
        guard at + 5 <= question.count else { return nil }
        let kind = UInt16(question[at + 1]) << 8 | UInt16(question[at + 2])
        func head(_ code: UInt8, _ count: Int) -> [UInt8] {
            var head = Array(question[..<2])
            head += [0x81, 0x80 | code, 0, 1] + big(UInt16(count)) + [0, 0, 0, 0]
            head += question[12..<(at + 5)]
            return head
        }
        switch script(labels.joined(separator: "."), kind) {
        case .silence: return nil
        case .failure(let code): return head(code, 0)
        case .truncated:
            var head = head(0, 0)
            head[2] |= 0x02
            return head
        case .records(let records):
            // Each begins with a pointer to the name in the question.
            var answer = head(0, records.count)
            for record in records {
                let (kind, content) = record.content
                answer += [0xC0, 12] + big(kind)
                answer += [0, 1, 0, 0, 0, 60] as [UInt8]
                answer += big(UInt16(content.count)) + content
            }
            return answer
        }
    }
}

private func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

private func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
}
