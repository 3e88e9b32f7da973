internal import Alerting
internal import Audit
internal import BlockingIO
internal import Checking
internal import Logging
internal import Platform
internal import Scheduling
internal import ServiceLifecycle
internal import StatusServer
internal import TenantCore
internal import TenantMetrics

/// Runs the pipeline on its own thread; on shutdown ends it and drains the sinks behind it, in this order.
struct PipelineService: Service {
    let agent: Agent

    func run() async throws {
        try agent.storage.start()
        try agent.journal.start()
        try agent.desk.start()
        try agent.pipeline.start()
        if let hangUps = agent.hangUps {
            _ = try Worker.started("hang-ups") { hangUps.run { agent.pipeline.noteHangUp(of: $0) } }
        }
        try? await gracefulShutdown()
        agent.logger.notice("stopping")
        agent.readiness.beginDraining()
        agent.pipeline.stop()
        agent.hangUps?.stop()
        await offPool("drain") { drain() }
    }

    /// Within 7 of the 10 seconds that an orchestrator grants. What is committed is told after the next start.
    private func drain() {
        agent.storage.stop()
        _ = agent.pipeline.join(within: .seconds(1))
        if !agent.desk.stop(within: .seconds(2)) { agent.logger.error("the last status changes were not stored before the stop") }
        if !agent.journal.stop(within: .seconds(1)) { agent.logger.warning("the audit log gets the last steps after the next start") }
        agent.audit.note(AuditEntry(.agentStopped))
        if !agent.audit.close(within: .seconds(2)) { agent.logger.error("audit entries were not written before the stop") }
    }
}

/// Loads the tenants again on SIGHUP and applies the difference.
struct ReloadService: Service {
    let agent: Agent
    let loader: TenantLoader
    let first: TenantDirectory
    let signals: SignalHandler

    func run() async throws {
        var present = first
        for await _ in signals.reloads.cancelOnGracefulShutdown() {
            if let next = await load(after: present) { present = next }
        }
    }

    /// The tenants that now hold; nil when the source cannot be used, so that everything stays as it is.
    private func load(after present: TenantDirectory) async -> TenantDirectory? {
        let loader = loader
        if agent.settings.hasFile { agent.logger.notice("the settings file is read at the start alone; restart to use changes of it") }
        let result = await offPool("reload") { Result { () throws(ConfigurationRejected) in try loader.load(after: present) } }
        switch result {
        case .failure(let rejected):
            agent.ledger.noteReload(isSuccessful: false)
            for issue in rejected.issues { agent.logger.error("\(issue.words)") }
            agent.logger.error("the configuration was rejected; the tenants stay as they were")
            agent.desk.noteRefusal(rejected.issues.first.map { "\($0.path) \($0.summary)" } ?? "the configuration was rejected")
            agent.audit.note(
                AuditEntry(
                    .configurationRejected, actor: "SIGHUP", isSuccess: false,
                    details: ["digest": "sha256:\(loader.sourceDigest())", "issues": .integer(rejected.issues.count)]))
            return nil
        case .success(let next):
            if loader.readsEnvironment {
                agent.logger.notice("the environment of a running process cannot change: only secrets in files were read again")
            }
            agent.take(next, after: present, actor: "SIGHUP")
            return next
        }
    }
}

extension Agent {
    /// Applies a loaded configuration and notes it.
    func take(_ directory: TenantDirectory, after previous: TenantDirectory?, actor: String) {
        for issue in directory.issues {
            logger.log(level: issue.severity == .error ? .error : .warning, "\(issue.words)")
        }
        ledger.noteReload(isSuccessful: true)
        audit.note(
            AuditEntry(
                .configurationLoaded, actor: actor,
                details: [
                    "source": .string(directory.source), "digest": .string("sha256:\(directory.digest)"),
                    "tenants": .integer(directory.tenants.count), "rejected": .integer(directory.rejected.count),
                    "issues": .integer(directory.issues.count),
                ]))
        pipeline.adopt(plan(directory, after: previous))
        logger.notice(
            "configuration loaded", metadata: ["tenants": "\(directory.tenants.count)", "rejected": "\(directory.rejected.count)"])
    }
}

/// Knows when every check has been answered once.
final class FirstRound: ObservationSink {
    private let missing = Guarded<Set<CheckID>?>(nil)
    private let onEnd: @Sendable () -> Void

    init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }

    func absorb(_ observations: [Observation]) {
        let isOver = missing.withLock { missing in
            guard missing != nil else { return false }
            missing?.subtract(observations.map(\.check))
            guard missing?.isEmpty == true else { return false }
            missing = nil
            return true
        }
        if isOver { onEnd() }
    }

    func adopt(_ change: PlanChange) {
        guard change.previous == nil else { return }
        let isEmpty = change.started.isEmpty
        missing.withLock { $0 = isEmpty ? nil : Set(change.started.map(\.id)) }
        if isEmpty { onEnd() }
    }
}
