internal import NIOCore
internal import NIOHTTPTypes

/// Closes a connection whose request does not arrive in time, or whose answer is not taken in time, however slowly either drips.
///
/// The server's idle time alone would let a byte now and then hold a connection for ever, and a thousand of those would
/// keep everybody else out. At every moment of a connection one deadline runs.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    /// For a request with its body: from the connection, and on a kept one from its head.
    private static let request = TimeAmount.seconds(5)
    /// For an answer, from the end of its request to its own; a reader may be slow, but not for longer.
    private static let answer = TimeAmount.seconds(60)
    /// From an answer to the head of the next request, and for a client to take what is buffered of the answer.
    private static let rest = TimeAmount.seconds(30)
    /// For the answer to what is no request, after which nothing can follow.
    private static let last = TimeAmount.seconds(1)

    private var timer: Scheduled<Void>?
    /// True from an answer to the next head.
    private var isResting = false
    /// True from a request's head to its end.
    private var isArriving = false
    /// Requests that arrived, less answers that were sent; below zero when an answer did not wait for its request's end.
    private var unanswered = 0
    /// Nobody listens any more, so that what arrives moves no deadline.
    private var isOver = false

    func channelActive(context: ChannelHandlerContext) {
        start(context, Self.request)
        context.fireChannelActive()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context, Self.request) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isOver {
            switch unwrapInboundIn(data) {
            case .head:
                isArriving = true
                if isResting { start(context, Self.request) }
            case .end:
                isArriving = false
                unanswered += 1
                if unanswered == 1 { start(context, Self.answer) } else if unanswered == 0 { rest(context) }
            case .body: break  // A body may come in any number of parts and gets no more time for it.
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if !isOver, case .end = unwrapOutboundIn(data) { finishAnswer(context) }
        context.write(data, promise: promise)
    }

    /// A server that has said its last word closes its side and waits for the client to do the same.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output { finish(context, within: Self.rest) }
        context.close(mode: mode, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(context, within: Self.last)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    private func finishAnswer(_ context: ChannelHandlerContext) {
        unanswered -= 1
        if unanswered > 0 {
            start(context, Self.answer)
        } else if !isArriving {
            rest(context)
        } else if unanswered == 0 {
            start(context, Self.request)  // The head of the next request came while this answer was sent.
        }
        // Else the answer was given to a head alone, and the deadline of its request goes on.
    }

    private func rest(_ context: ChannelHandlerContext) {
        start(context, Self.rest)
        isResting = true
    }

    private func finish(_ context: ChannelHandlerContext, within limit: TimeAmount) {
        guard !isOver else { return }
        isOver = true
        start(context, limit)
    }

    private func finish() {
        isOver = true
        timer?.cancel()
    }

    private func start(_ context: ChannelHandlerContext, _ limit: TimeAmount) {
        isResting = false
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }
}
