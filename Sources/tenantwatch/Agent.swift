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
internal import Storage
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
    let desk: AlertDesk
    let journal: JournalFollower
    let controlSocket: SocketPath
    let pipeline: Pipeline
    let readiness: Readiness
    let logger: Logger
    let logWriter: LogWriter
    let storage: StorageWatch

    /// - Throws: `StorageFailure` when the stored state cannot be read, `SocketPath.TooLong` when the state directory's path is too long.
    init(
        settings: Settings, kinds: [any ProbeKind], hangUps: HangUpWatch?, stateLock: Guarded<DirectoryLock>, audit: AuditLog,
        store: AlertStore, logger: Logger, logWriter: LogWriter
    ) throws {
        self.stateLock = stateLock
        self.settings = settings
        self.kinds = kinds
        self.hangUps = hangUps
        self.audit = audit
        self.logger = logger
        self.logWriter = logWriter
        controlSocket = try SocketPath("\(settings.stateDirectory)/\(SocketPath.controlName)")
        let storage = try Self.storage(settings, audit: audit, store: store, logWriter, logger)
        self.storage = storage
        let rules = settings.alerting.rules
        let lanes = kinds.lanes()
        let ledger = MetricsLedger(kinds: kinds)
        let troubles = AgentTroubles(lateness: rules.rule("TenantwatchAgentLate", for: nil)?.threshold)
        let doubt = Guarded<(@Sendable () -> String?)?>(nil)
        let running = Guarded<Pipeline?>(nil)
        let secrets = SecretReader(environment: ProcessInfo.processInfo.environment)
        let desk = try AlertDesk(
            settings: settings.alerting, store: store,
            surroundings: .init(
                agentTroubles: {
                    troubles.report(
                        dropped: audit.droppedCount + logWriter.droppedCount, doubt: doubt.withLock { $0 }?(), at: .now)
                },
                receivers: { tenant in
                    let (receivers, issues) = AlertingSettingsReader.receivers(of: tenant, secretReader: secrets)
                    return (receivers, !issues.contains { $0.severity == .error })
                },
                auditedStep: { audit.durableStep }))
        journal = try JournalFollower(store: store, audit: audit, isFileLog: settings.auditDirectory != "-", logger: logger)
        let book = StatusBook { tenant in
            var thresholds = settings.thresholds
            thresholds.slow = rules.rule("TenantwatchDependencyDegraded", for: tenant)?.threshold
            return thresholds
        }
        let readiness = Readiness(
            startLimit: settings.cadence.interval + settings.cadence.timeout,
            loops: { Self.loops(running.withLock { $0 }, desk) }, parts: { Self.parts(storage, alerts: desk.figures, lanes: lanes) })
        let firstRound = FirstRound(onEnd: { readiness.finishStart() })
        let pipeline = Pipeline(
            lanes: lanes, book: book, thresholds: settings.thresholds,
            fanout: Fanout(observations: [ledger, firstRound, troubles], transitions: [desk], plans: [audit]))
        doubt.withLock { $0 = { pipeline.doubt } }
        running.withLock { $0 = pipeline }
        (self.lanes, self.ledger, self.desk, self.book, self.readiness, self.pipeline) = (lanes, ledger, desk, book, readiness, pipeline)
    }

    private static func loops(_ pipeline: Pipeline?, _ desk: AlertDesk) -> LoopWatchdog {
        LoopWatchdog([.init(name: "scheduler", beatAge: pipeline?.beatAge), .init(name: "alerts", beatAge: desk.beatAge)])
    }

    /// Everything that is written, with what its disk says before something must be.
    private static func storage(
        _ settings: Settings, audit: AuditLog, store: AlertStore, _ logWriter: LogWriter, _ logger: Logger
    ) throws -> StorageWatch {
        let (stateDirectory, file) = (try Directory.makePrivate(settings.stateDirectory, purpose: "state directory"), "state.sqlite")
        let opened = try stateDirectory.identity(of: file)
        let auditDirectory: Directory? =
            settings.auditDirectory == "-" ? nil : try .makePrivate(settings.auditDirectory, purpose: "audit directory")
        return StorageWatch(
            [
                .init(name: "audit log") { audit.problem ?? auditDirectory?.problem?.description },
                .init(name: "state") {
                    if let problem = store.problem ?? stateDirectory.problem?.description { return problem }
                    do throws(SystemFailure) {
                        return try stateDirectory.identity(of: file) == opened
                            ? nil : "\(file) was removed or replaced while the agent ran; restart the agent"
                    } catch {
                        return error.description
                    }
                },
                .init(name: "log") { logWriter.problem },
            ], logger: logger)
    }

    private static func parts(
        _ storage: StorageWatch, alerts: AlertFigures, lanes: [Dependency: BlockingLane]
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
        let receivers = alerts.receivers.sorted { $0.key < $1.key }.map { name, receiver in
            let problem: String? =
                if let reason = receiver.disabledBecause {
                    "switched off: \(reason)"
                } else if !receiver.isHealthy {
                    "the last attempt failed; \(receiver.waiting) notifications wait"
                } else {
                    nil
                }
            return Readiness.Part(name: "receiver \(name)", problem: problem)
        }
        let stores = [
            Readiness.Part(name: "audit log", problem: storage.problem(of: "audit log")),
            Readiness.Part(name: "state", problem: alerts.problem ?? storage.problem(of: "state")),
            Readiness.Part(name: "log", problem: storage.problem(of: "log")),
        ]
        return stores + exhausted
            + receivers
    }

    /// The figures of the machinery at this moment.
    func machine() -> MachineFigures {
        let auditSink = MachineFigures.Sink(
            name: "audit", queued: audit.queuedCount, dropped: audit.droppedCount,
            isHealthy: audit.isHealthy && storage.problem(of: "audit log") == nil)
        let logSink = MachineFigures.Sink(
            name: "log", queued: logWriter.queuedCount, dropped: logWriter.droppedCount, isHealthy: logWriter.problem == nil)
        let alerts = desk.figures
        let stateSink = MachineFigures.Sink(
            name: "state", queued: alerts.queued, dropped: alerts.superseded,
            isHealthy: alerts.problem == nil && storage.problem(of: "state") == nil)
        let receivers = alerts.receivers.sorted { $0.key < $1.key }
        let receiverSinks = receivers.map { name, receiver in
            MachineFigures.Sink(name: name, queued: receiver.waiting, dropped: receiver.dropped, isHealthy: receiver.isHealthy)
        }
        return MachineFigures(
            version: Tenantwatch.version, startTime: processStart, sinks: [auditSink, logSink, stateSink] + receiverSinks,
            loops: Self.loops(pipeline, desk).loops.map { loop in
                .init(name: loop.name, lastBeat: loop.beatAge.map { Date().timeIntervalSince1970 - $0.inSeconds })
            },
            lanes: lanes.sorted { $0.key < $1.key }.map { dependency, lane in
                let figures = lane.figures
                return .init(
                    name: dependency.rawValue, busyThreads: figures.busyThreads, threads: figures.threads, queued: figures.queued)
            },
            sessions: kinds.map { ($0.dependency.rawValue, $0.openSessions) },
            alerts: AlertSeries(
                firing: alerts.firing, muted: alerts.muted, transitions: alerts.transitions, silences: alerts.silences,
                receivers: receivers.map { name, receiver in
                    .init(
                        name: name, queued: receiver.queuedTotal,
                        attempts: ["succeeded": receiver.sent, "failed": receiver.failed, "abandoned": receiver.dead],
                        oldestAge: receiver.oldestAge)
                }))
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
            book: book, desk: desk,
            exposition: {
                Exposition(ledger: agent.ledger, statuses: agent.book.snapshot(), machine: agent.machine(), format: $0)
            },
            readiness: readiness)
        return server.service(address: settings.listen, logger: quietLogger) { _ in
            agent.logger.notice("listening", metadata: ["address": "\(agent.settings.listen)"])
        }
    }
}

extension Agent {
    /// The server of the commands that talk to this agent.
    func control() -> some Service {
        ControlServer(book: book, desk: desk).service(path: controlSocket, logger: quietLogger)
    }

    /// Of a server's own words only the serious ones.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }
}

/// When this process began, in seconds since 1970.
let processStart = Date().timeIntervalSince1970
