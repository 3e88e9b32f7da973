internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import Platform
internal import TenantMetrics

/// Answers `/metrics`, a few clients at once.
///
/// An open page keeps the figures of its moment, so that the next observation copies those of the whole fleet: a client
/// that reads slowly must not be able to ask for many. `RequestDeadline` ends the pages that nobody reads to the end.
final class MetricsPages: Sendable {
    /// Enough for a few Prometheus servers and the people beside them; each place costs a copy of the fleet's figures.
    private static let limit = 8

    private let exposition: @Sendable (ExpositionFormat) -> Exposition
    private let open = Guarded(0)

    init(exposition: @escaping @Sendable (ExpositionFormat) -> Exposition) { self.exposition = exposition }

    /// The page of this moment, or a word that too many are being read.
    func answer(_ request: Request, _ context: AgentRequestContext) throws -> Response {
        guard let place = Place(among: open, limit: Self.limit) else { return Self.busy }
        let format = ExpositionFormat.negotiated(accept: request.headers[.accept])
        let isGzip = ExpositionFormat.allowsGzip(acceptEncoding: request.headers[.acceptEncoding])
        let exposition = exposition(format)
        let body = Self.body(exposition, isGzip: isGzip, through: context.eventLoop, holding: place)
        var response = Response.ours(.ok, format.contentType, body)
        response.headers[.vary] = "Accept, Accept-Encoding"
        if isGzip { response.headers[.contentEncoding] = "gzip" }
        // Hummingbird would say 0, and without a length NIO would end the answer as if it had a body.
        if request.method == .head { response.headers[.contentLength] = try "\(Self.length(of: exposition, isGzip: isGzip))" }
        return response
    }

    private static var busy: Response {
        var response = Response.text(
            "\(limit) pages of metrics are being read already. Ask again in a second.\n", status: .serviceUnavailable)
        response.headers[.retryAfter] = "1"
        return response
    }

    /// Writes portion by portion, waiting for the client, who costs a few portions of memory and not a copy of all.
    ///
    /// The writer takes portions until the event loop has found that the client does not: while that loop has no processor,
    /// all of them. So the loop must have had each portion before the next is written; meanwhile that is made.
    private static func body(
        _ exposition: Exposition, isGzip: Bool, through eventLoop: any EventLoop, holding place: Place
    ) -> ResponseBody {
        ResponseBody { writer in
            defer { withExtendedLifetime(place) {} }
            var page = try PageBytes(exposition, isGzip: isGzip)
            var hadLast = eventLoop.makeSucceededVoidFuture()
            while let portion = page.next() {
                try await hadLast.get()
                try await writer.write(portion)
                hadLast = eventLoop.submit {}
            }
            try await writer.finish(nil)
        }
    }

    private static func length(of exposition: Exposition, isGzip: Bool) throws -> Int {
        var page = try PageBytes(exposition, isGzip: isGzip)
        var length = 0
        while let portion = page.next() { length += portion.readableBytes }
        return length
    }
}

/// One of a few places, free again when nobody refers to it: after the last byte, when the client leaves before it, and
/// when an answer is never sent.
private final class Place: Sendable {
    private let taken: Guarded<Int>

    /// Nil when all places are taken.
    init?(among taken: Guarded<Int>, limit: Int) {
        let isLetIn = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        // Not an object yet, so `deinit` gives nothing back.
        guard isLetIn else { return nil }
        self.taken = taken
    }

    deinit { taken.withLock { $0 -= 1 } }
}

/// The bytes of a page as they are sent, portion by portion.
private struct PageBytes: ~Copyable {
    /// About how much of the page, before it is compressed, is handed out at once: each time, two threads wait for each other,
    /// and more would hold a thread for long and memory for each client that reads slowly.
    private static let portionSize = 192 * 1024
    /// Room for the three chunks that it takes, each of which goes a little beyond its size: memory that has to grow is doubled.
    private static let capacity = 256 * 1024

    private var exposition: Exposition
    private var gzip: GzipStream?

    /// - Throws: `HTTPError` when there is no memory for compressing.
    init(_ exposition: Exposition, isGzip: Bool) throws {
        self.exposition = exposition
        gzip = isGzip ? GzipStream.open() : nil
        if isGzip, gzip == nil { throw HTTPError(.serviceUnavailable) }
    }

    /// The next portion, never an empty one; nil at the end.
    mutating func next() -> ByteBuffer? {
        var portion = ByteBuffer()
        var taken = 0
        while taken < Self.portionSize || portion.readableBytes == 0 {
            guard let chunk = exposition.next() else {
                if let rest = gzip?.finish() { portion.writeBytes(rest) }
                gzip = nil
                return portion.readableBytes > 0 ? portion : nil
            }
            taken += chunk.count
            if let compressed = gzip?.compress(chunk) {
                portion.writeBytes(compressed)  // A tenth of it; what little there is may grow.
            } else {
                portion.reserveCapacity(Self.capacity)
                portion.writeBytes(chunk)
            }
        }
        return portion
    }
}
