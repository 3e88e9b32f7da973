internal import Alerting
internal import Audit
internal import BlockingIO
internal import Checking
internal import FoundationEssentials
internal import Logging
internal import Platform
internal import Scheduling
internal import ServiceLifecycle
internal import StatusServer
internal import TenantCore
internal import TenantMetrics

/// The composition of all rooms: who feeds whom.
struct Agent {
    let settings: Settings
    let kinds: [any ProbeKind]
    /// Nil when the system granted no descriptor for it: hang-ups are then found at the next turn.
    let hangUps: HangUpWatch?
    /// Held for as long as the agent is there.
    let stateLock: Guarded<DirectoryLock>
    let lanes: [Dependency: BlockingLane]
    let book: StatusBook
    let ledger: MetricsLedger
    let audit: AuditLog
    let receivers: [WebhookReceiver]
    let pipeline: Pipeline
    let readiness: Readiness
    let logger: Logger
    let logWriter: LogWriter

    init(
        settings: Settings, kinds: [any ProbeKind], hangUps: HangUpWatch?, stateLock: Guarded<DirectoryLock>, audit: AuditLog,
        logger: Logger, logWriter: LogWriter
    ) {
        self.stateLock = stateLock
        self.settings = settings
        self.kinds = kinds
        self.hangUps = hangUps
        self.audit = audit
        self.logger = logger
        self.logWriter = logWriter
        let lanes = kinds.lanes()
        let ledger = MetricsLedger(
            kinds: kinds, alertNames: [AlertRule.dependencyDown.name], receivers: settings.webhooks.map(\.name))
        let log = EventLog(logger: logger)
        let receivers = settings.webhooks.map {
            WebhookReceiver($0, externalURL: settings.externalURL, sinks: [ledger, audit, log])
        }
        let desk = AlertDesk(engine: AlertEngine(), sinks: [ledger, audit] + receivers)
        let book = StatusBook(thresholds: settings.thresholds)
        let readiness = Readiness(
            startLimit: settings.cadence.interval + settings.cadence.timeout,
            parts: { Self.parts(audit: audit, receivers: receivers, lanes: lanes) })
        let firstRound = FirstRound(onEnd: { readiness.finishStart() })
        pipeline = Pipeline(
            lanes: lanes, book: book, thresholds: settings.thresholds,
            fanout: Fanout(observations: [ledger, firstRound], transitions: [audit, log, desk]))
        (self.lanes, self.ledger, self.receivers, self.book, self.readiness) = (lanes, ledger, receivers, book, readiness)
    }

    private static func parts(
        audit: AuditLog, receivers: [WebhookReceiver], lanes: [Dependency: BlockingLane]
    ) -> [Readiness.Part] {
        let exhausted = lanes.mapValues(\.figures).sorted { $0.key < $1.key }.map { dependency, lane in
            let problem: String? =
                if lane.queued > 1000 {
                    "\(lane.queued) checks wait for a thread"
                } else if lane.lostThreads > 0 {
                    "\(lane.lostThreads) calls were given up and have not come back"
                } else {
                    nil
                }
            return Readiness.Part(name: "lane \(dependency)", problem: problem)
        }
        let queues = receivers.map {
            Readiness.Part(name: $0.name, problem: $0.droppedCount > 0 ? "dropped \($0.droppedCount) alerts" : nil)
        }
        return [Readiness.Part(name: "audit log", problem: audit.problem)] + exhausted + queues
    }

    /// The figures of the machinery at this moment.
    func machine() -> MachineFigures {
        let auditSink = MachineFigures.Sink(
            name: "audit", queued: audit.queuedCount, dropped: audit.droppedCount, isHealthy: audit.isHealthy)
        let logSink = MachineFigures.Sink(
            name: "log", queued: logWriter.queuedCount, dropped: logWriter.droppedCount, isHealthy: true)
        let webhookSinks = receivers.map {
            MachineFigures.Sink(name: $0.name, queued: $0.queuedCount, dropped: $0.droppedCount, isHealthy: $0.isHealthy)
        }
        return MachineFigures(
            version: Tenantwatch.version, startTime: processStart, sinks: [auditSink, logSink] + webhookSinks,
            lanes: lanes.sorted { $0.key < $1.key }.map { dependency, lane in
                let figures = lane.figures
                return .init(
                    name: dependency.rawValue, busyThreads: figures.busyThreads, threads: figures.threads, queued: figures.queued)
            },
            sessions: kinds.map { ($0.dependency.rawValue, $0.openSessions) })
    }

    /// Makes the checks of `directory` and says so tenant by tenant, as the platform does.
    func plan(_ directory: TenantDirectory, after previous: TenantDirectory?) -> Plan {
        let plan = Plan(directory: directory, kinds: kinds, cadence: settings.cadence)
        for tenant in directory.tenants where previous?[tenant.id] != tenant {
            logger.info("Initializing tenant: \(tenant.id)")
            logger.info("MongoDB client created for tenant: \(tenant.id)")
            logger.info("Redis client created for tenant: \(tenant.id)")
        }
        return plan
    }

    /// The server, which answers as long as anything else runs.
    func server() -> some Service {
        let agent = self
        let server = StatusServer(
            book: book,
            exposition: {
                Exposition(ledger: agent.ledger, statuses: agent.book.snapshot(), machine: agent.machine(), format: $0)
            },
            readiness: readiness)
        var serverLogger = logger
        serverLogger.logLevel = max(logger.logLevel, .warning)
        return server.service(address: settings.listen, logger: serverLogger) { _ in
            agent.logger.notice("listening", metadata: ["address": "\(agent.settings.listen)"])
        }
    }
}

/// When this process began, in seconds since 1970.
let processStart = Date().timeIntervalSince1970
