public import BlockingIO
internal import CCurl
public import Checking
internal import Glibc
public import TenantCore

/// One HTTP request.
public struct HTTPRequest: Sendable {
    /// What is to be done with what the URL names.
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    /// The whole URL; a secret, for webhook URLs hold tokens.
    public var url: Secret
    /// Whom the URL leads to, for messages.
    public var target: String
    /// Nil is a POST with a body and a GET without one.
    public var method: Method?
    /// Nil sends none.
    public var body: [UInt8]?
    /// Lines of the form `Name: value`.
    public var headers: [String]
    /// Matters for `https://` alone.
    public var tls: TLSSettings
    /// The socket file that is dialled in place of the URL's host; only our own agent listens on such.
    public var unixSocket: String?
    /// Whether a compressed body is decompressed, asked for or not; `bodyLimit` counts afterwards.
    public var decodesContent: Bool
    /// How many bytes of the answer's body are kept; reading stops there.
    public var bodyLimit: Int

    /// By default a GET without headers of its own that trusts the system's authorities.
    public init(
        url: Secret, target: String, method: Method? = nil, body: [UInt8]? = nil, headers: [String] = [],
        tls: TLSSettings = TLSSettings(), unixSocket: String? = nil, decodesContent: Bool = false, bodyLimit: Int
    ) {
        self.url = url
        self.target = target
        self.method = method
        self.body = body
        self.headers = headers
        self.tls = tls
        self.unixSocket = unixSocket
        self.decodesContent = decodesContent
        self.bodyLimit = bodyLimit
    }
}

/// The answer to one HTTP request.
public struct HTTPResponse: Sendable {
    /// The HTTP status; a redirect's too, for none is followed.
    public var status: Int
    /// At most as many bytes as the request allows.
    public var body: [UInt8]
    /// True when body or headers were longer than their limits and the rest was not read.
    public var isTruncated: Bool
    /// How long the server asks us to wait by its last `Retry-After`, given in seconds or as a date; never negative.
    public var retryAfter: Duration?
    /// The steps; of a kept connection resolving, connecting and TLS are those of its dial.
    public var phases: [Phase: Duration]
}

/// One kept HTTP connection to one host, used by one thread at a time. Redirects are not followed.
@safe
public struct HTTPSession: KeptSession, ~Copyable {
    private let handle: CurlHandle
    private var dialPhases: [Phase: Duration] = [:]
    /// How often it has dialled: again whenever the server has closed the connection.
    public private(set) var dials = 0

    private init(owning handle: consuming CurlHandle) { self.handle = handle }

    /// A session that has not dialled yet.
    public static func open() throws(ProbeFailure) -> HTTPSession {
        let handle = try CurlHandle.open(policy: NetworkPolicy())
        handle.set(CURLOPT_USERAGENT, "tenantwatch")
        return HTTPSession(owning: handle)
    }

    /// The socket of the connection, none after the server has closed it.
    public var sockets: [Int32] { handle.socket < 0 ? [] : [handle.socket] }

    /// Sends one request and reads its answer.
    ///
    /// - Throws: `ProbeFailure` with a reason of `ProbeFailure.Reason.transport`; any HTTP status is an answer.
    public mutating func exchange(
        _ request: HTTPRequest, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) -> HTTPResponse {
        request.url.reveal { handle.set(CURLOPT_URL, $0) }
        if request.url.reveal({ $0.hasPrefix("https://") }) { handle.trust(request.tls) }
        handle.dial(socketFile: request.unixSocket)
        if let body = request.body {
            handle.set(CURLOPT_POST, 1)
            handle.set(CURLOPT_POSTFIELDSIZE, body.count)
            unsafe body.withUnsafeBytes {
                unsafe handle.set(CURLOPT_COPYPOSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: $0.baseAddress))
            }
        } else {
            handle.set(CURLOPT_HTTPGET, 1)
        }
        // An empty text asks for every encoding that libcurl knows, which is what makes it decode any.
        handle.set(CURLOPT_ACCEPT_ENCODING, request.decodesContent ? "" : nil)
        handle.set(CURLOPT_CUSTOMREQUEST, request.method?.rawValue)
        let collector = ResponseCollector(limit: request.bodyLimit)
        handle.deliver(to: collector)
        let lines = unsafe request.headers.reduce(nil as UnsafeMutablePointer<curl_slist>?) { unsafe curl_slist_append($0, $1) }
        defer { unsafe curl_slist_free_all(lines) }
        unsafe handle.set(CURLOPT_HTTPHEADER, pointer: lines)
        let code = withExtendedLifetime(collector) { handle.perform(before: deadline) }
        unsafe handle.set(CURLOPT_HTTPHEADER, pointer: nil)
        return try answer(to: request, code: code, collector: collector)
    }

    private mutating func answer(
        to request: HTTPRequest, code: CURLcode, collector: ResponseCollector
    ) throws(ProbeFailure) -> HTTPResponse {
        let status = handle.number(CURLINFO_RESPONSE_CODE)
        // libcurl calls a line that is too long for it a lack of memory.
        let isTooLong = collector.isTruncated || (code == CURLE_OUT_OF_MEMORY && isDialled)
        if handle.number(CURLINFO_NUM_CONNECTS) > 0 {
            dialPhases = handle.dialPhases
            dials += 1
        }
        guard code == CURLE_OK || (isTooLong && status >= 200) else { throw failure(of: request.target, code: code, collector) }
        guard isTooLong || collector.isHeadComplete else { throw .disconnected(request.target) }
        var phases = dialPhases
        let ready = max(handle.seconds(CURLINFO_PRETRANSFER_TIME_T), .zero)
        phases[.command] = handle.seconds(CURLINFO_TOTAL_TIME_T) - ready
        return HTTPResponse(
            status: status, body: collector.body, isTruncated: isTooLong,
            retryAfter: collector.retryAfter, phases: phases)
    }

    /// Whether the connection stands, so that what fails is due to the answer.
    private var isDialled: Bool { handle.seconds(CURLINFO_PRETRANSFER_TIME_T) > .zero }

    private func failure(of target: String, code: CURLcode, _ collector: ResponseCollector) -> ProbeFailure {
        if handle.isSelfConnected { return .refused(target) }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CLIENTCERT:
            return .dialling(target, code: code, handle: handle)
        case CURLE_OPERATION_TIMEDOUT:
            return isDialled ? .timeout(target, during: .command) : .dialling(target, code: code, handle: handle)
        case CURLE_BAD_CONTENT_ENCODING: return .undecodable(target, collector.contentEncoding)
        case CURLE_OUT_OF_MEMORY: return isDialled ? .garbage(target, "HTTP") : .outOfMemory
        // libcurl calls a malformed chunk a failure to receive, though the connection stands.
        case CURLE_RECV_ERROR where handle.number(CURLINFO_RESPONSE_CODE) > 0 && handle.number(CURLINFO_OS_ERRNO) == 0:
            return .garbage(target, "HTTP")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE:
            // Whoever has begun to answer is content with our certificate.
            return handle.number(CURLINFO_RESPONSE_CODE) > 0 ? .disconnected(target) : .ended(target, witness: handle.witness)
        default: return .garbage(target, "HTTP")
        }
    }
}

/// Collects an answer while it arrives, and stops it when it grows too large.
final class ResponseCollector {
    /// Far more than any honest answer's headers.
    private static let headerLimit = 32 * 1024

    private let limit: Int
    private(set) var body: [UInt8] = []
    private(set) var isTruncated = false
    /// True after the empty line that ends the headers.
    private(set) var isHeadComplete = false
    private(set) var retryAfter: Duration?
    /// As the server names it; empty when it does not.
    private(set) var contentEncoding = ""
    private var headerBytes = 0

    init(limit: Int) { self.limit = limit }

    func takeBody(_ bytes: [UInt8]) -> Bool {
        let room = limit - body.count
        body.append(contentsOf: bytes.prefix(room))
        isTruncated = bytes.count > room
        return !isTruncated
    }

    func takeHeader(_ bytes: [UInt8]) -> Bool {
        headerBytes += bytes.count
        if bytes.starts(with: "HTTP/".utf8) { isHeadComplete = false }
        if bytes.first == UInt8(ascii: "\r") || bytes.first == UInt8(ascii: "\n") { isHeadComplete = true }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
        if parts.count == 2 { note(parts[0].lowercased(), parts[1]) }
        isTruncated = headerBytes > Self.headerLimit
        return !isTruncated
    }

    private func note(_ name: String, _ value: Substring) {
        switch name {
        case "retry-after": retryAfter = Self.wait(value)
        case "content-encoding": contentEncoding = value.trimmingSpaces
        default: break
        }
    }

    /// The longest wait that is kept; more is the same to everybody.
    private static let longestWait = 366 * 24 * 3600.0

    /// Reads `120`, a fraction, or a date in any of HTTP's three forms (RFC 9110, section 10.2.3); nil for anything else.
    private static func wait(_ text: Substring) -> Duration? {
        let text = text.trimmingSpaces
        let isNumber =
            !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") || $0 == 0x2E || $0 == 0x2D }
        if isNumber { return Double(text).map { .seconds(min(max(0, $0), longestWait)) } }
        let date = unsafe curl_getdate(text, nil)
        return date < 0 ? nil : .seconds(min(max(0, Double(date - time(nil))), longestWait))
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(self.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension ProbeFailure.Reason {
    /// The answer is compressed in a way that cannot be undone; not one of every connection's.
    public static let contentEncoding = ProbeFailure.Reason(rawValue: "content_encoding")
}

extension ProbeFailure {
    /// - Parameter encoding: as the server names it.
    static func undecodable(_ target: String, _ encoding: String) -> ProbeFailure {
        // A name of an encoding is a token (RFC 9110, section 8.4.1); anything else is not shown.
        let isName =
            (1...64).contains(encoding.utf8.count)
            && encoding.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x2C, 0x2D, 0x5F, 0x2E: true
                default: false
                }
            }
        return ProbeFailure(
            .contentEncoding, "\(target) answered with a Content-Encoding\(isName ? " of \(encoding)" : "") that cannot be decoded",
            remedy: "Let the server, or the proxy before it, compress with gzip or not at all, and name in Content-Encoding what it does.")
    }
}
