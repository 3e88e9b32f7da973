public import Alerting
public import Checking
public import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
public import Platform

/// Serves the API with what changes something on a socket that only the agent's user, and root, may connect to.
public struct ControlServer: Sendable {
    /// Plenty for the commands of a few people.
    private static let connections = 64

    private let book: StatusBook
    private let desk: AlertDesk

    /// - Parameters:
    ///   - book: says which tenants there are.
    ///   - desk: answers, and does what is asked for.
    public init(book: StatusBook, desk: AlertDesk) {
        self.book = book
        self.desk = desk
    }

    /// The server as a service; a socket that an agent before left there is replaced.
    ///
    /// - Parameter path: in a directory that this process holds, so that no other agent listens there.
    public func service(path: SocketPath, logger: Logger) -> some ApplicationProtocol {
        var application = Application(
            router: router(), server: .http1(configuration: StatusServer.connection),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: path.text), serverName: "tenantwatch",
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connections)),
            onServerRunning: { _ in
                do {
                    try path.protect()
                } catch {
                    // Nobody else can connect even so.
                    logger.warning("\(error)")
                }
            },
            logger: logger)
        application.beforeServerStarts { SocketPath.makePrivate() }
        return application
    }

    func router() -> Router<AgentRequestContext> {
        let methods = ServedMethods()
        let router = Router.ours(methods)
        router.serve(ReadAPI(book: book, desk: desk).routes + ControlAPI(book: book, desk: desk).routes, noting: methods)
        return router
    }
}
