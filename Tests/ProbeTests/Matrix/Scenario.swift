import BlockingIO
import Checking
import TenantCore
import Testing

/// A row of the server matrix brought to life.
struct Scenario<Servers: SharedServers> {
    let place: ServerMatrix.Place
    let timeout: Duration
    /// Brings the server into the state that the row names.
    ///
    /// - Returns: the tenant's keys that lead to it.
    let begin: (Servers) throws -> JSONObject
    /// Undoes what later scenarios must not find.
    let end: (Servers) throws -> Void

    init(
        _ server: String, _ settings: String = "", within timeout: Duration = .seconds(5),
        _ begin: @escaping (Servers) throws -> JSONObject, end: @escaping (Servers) throws -> Void = { _ in }
    ) {
        place = ServerMatrix.Place(server: server, settings: settings)
        self.timeout = timeout
        self.begin = begin
        self.end = end
    }

    /// Asks once.
    func run(_ kind: any ProbeKind, with servers: Servers, on lane: BlockingLane) throws -> Observation.Outcome {
        defer { servers.endKept() }
        let keys = try begin(servers)
        let outcome = Result { try ProbeTests.outcome(of: #require(try checks(kind, keys, timeout: timeout).first), on: lane) }
        try end(servers)
        return try outcome.get()
    }
}

/// Servers that scenarios share, each started as the first one needs it.
class SharedServers {
    private var kept: [AnyObject] = []

    /// Keeps a server until the present scenario is over.
    func keep<Server: AnyObject>(_ server: Server) -> Server {
        kept.append(server)
        return server
    }

    func endKept() { kept = [] }
}
