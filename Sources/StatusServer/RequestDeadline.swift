internal import NIOCore

/// Closes a connection whose request does not arrive in time, however slowly it drips.
///
/// The server's idle time alone would let a byte now and then hold a connection for ever, and a thousand of those would
/// keep everybody else out.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = NIOAny

    /// For the first request of a connection, whose client has just asked to be heard.
    private static let first = TimeAmount.seconds(5)
    /// From the last answer to the next request, and for a client to take a chunk of an answer.
    private static let next = TimeAmount.seconds(30)

    /// For the answer to what is no request, after which nothing can follow.
    private static let last = TimeAmount.seconds(1)

    private var timer: Scheduled<Void>?
    private var isBroken = false

    func channelActive(context: ChannelHandlerContext) {
        start(context, Self.first)
        context.fireChannelActive()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context, Self.first) }
    }

    /// Hears of a request once all of its head is there.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        timer?.cancel()
        context.fireChannelRead(data)
    }

    func flush(context: ChannelHandlerContext) {
        if !isBroken { start(context, Self.next) }
        context.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isBroken = true
        start(context, Self.last)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    private func start(_ context: ChannelHandlerContext, _ limit: TimeAmount) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }
}
