internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypesHTTP1

/// What RFC 9112 asks of a server beyond the parser: which requests are refused, and what an old client can read.
///
/// Stands before the parts lose their version. Whatever breaks a rule is answered like what cannot be parsed: 400, in its
/// turn, and nothing after it.
final class HTTPMessageRules: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What the answer to a request must be like.
    private struct Expectation {
        var version: HTTPVersion
        var closes: Bool
    }

    /// Of the requests that are not answered yet, in their order.
    private var expectations = CircularBuffer<Expectation>()
    /// Nothing more is read.
    private var isOver = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        guard Self.hasGoodHost(head), let target = Self.target(of: head) else {
            isOver = true
            return context.fireErrorCaught(HTTPParserError.invalidURL)
        }
        head.uri = target
        // An old client may not know how to tell the end of one answer from the beginning of the next.
        let isOld = Self.isOld(head)
        let closes = isOld || Self.tokens(head.headers["connection"]).contains("close")
        if closes { head.headers.replaceOrAdd(name: "connection", value: "close") }
        expectations.append(Expectation(version: isOld ? .http1_0 : .http1_1, closes: closes))
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), head.status.code >= 200 else { return context.write(data, promise: promise) }
        if let expectation = expectations.popFirst() {
            head.version = expectation.version
            if expectation.closes { head.headers.replaceOrAdd(name: "connection", value: "close") }
        }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    private static func isOld(_ head: HTTPRequestHead) -> Bool { (head.version.major, head.version.minor) < (1, 1) }

    /// One host, which is a host; an old client may leave it out.
    private static func hasGoodHost(_ head: HTTPRequestHead) -> Bool {
        let hosts = head.headers["host"]
        guard let host = hosts.first else { return isOld(head) }
        return hosts.count == 1 && host.utf8.allSatisfy(isOfAuthority)
    }

    /// The target as the router wants it, `/path?query`; nil for what no request may ask for.
    private static func target(of head: HTTPRequestHead) -> String? {
        let uri = head.uri
        guard uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else { return nil }
        if uri.hasPrefix("/") { return uri }
        // Of the server as a whole; of a connection elsewhere, which is refused like every method that there is none of.
        if uri == "*" { return head.method == .OPTIONS ? "/*" : nil }
        if head.method == .CONNECT { return "/*" }
        guard let scheme = ["http://", "https://"].first(where: { uri.lowercased().hasPrefix($0) }) else { return nil }
        let rest = uri.dropFirst(scheme.count)
        let end = rest.firstIndex { "/?".contains($0) } ?? rest.endIndex
        guard end > rest.startIndex, rest[..<end].utf8.allSatisfy(isOfAuthority) else { return nil }
        let path = rest[end...]
        return path.hasPrefix("/") ? String(path) : "/\(path)"
    }

    /// Of a name, an address or a port.
    private static func isOfAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~%!$&'()*+;=:[]".utf8.contains(byte)
        }
    }

    private static func tokens(_ values: [String]) -> [String] {
        values.flatMap { $0.split { ", \t".contains($0) } }.map { $0.lowercased() }
    }
}

/// Puts the rules where the version of a message is still known, and leaves.
final class HTTPMessageRulesInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            try pipeline.addHandler(HTTPMessageRules(), position: .before(codec))
        } catch {
            // Without its rules a server must not answer.
            context.close(promise: nil)
        }
        pipeline.removeHandler(context: context, promise: nil)
    }
}
