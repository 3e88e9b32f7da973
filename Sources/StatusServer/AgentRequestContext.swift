internal import Hummingbird
internal import NIOCore

/// What is known of a request beside its head and body.
struct AgentRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Writes to the client's connection, one thing after the other.
    let eventLoop: any EventLoop

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        eventLoop = source.channel.eventLoop
    }
}
