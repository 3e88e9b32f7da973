internal import Alerting
internal import ArgumentParser
internal import Audit
internal import BlockingIO
internal import Checking
internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import Platform
internal import ServiceLifecycle
internal import Storage
internal import TenantCore

/// `tenantwatch run`: watches until it is told to stop.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Watch all tenants until SIGTERM; SIGHUP reads the tenants again.")

    @OptionGroup var options: SettingOptions
    @Flag(help: "Refuse to start while any tenant has an issue.") var strict = false

    func run() async throws {
        _ = processStart
        SocketPath.makePrivate()
        let environment = ProcessInfo.processInfo.environment
        ProcessUsage.raiseDescriptorLimit()
        let hangUps = HangUpWatch()
        let kinds = allKinds(hangUps: hangUps)
        let settings: Settings
        let loader: TenantLoader
        let directory: TenantDirectory
        do throws(ConfigurationRejected) {
            settings = try Settings(options: options, environment: environment)
            loader = try kinds.loader(environment: environment)
            directory = try loader.load()
            if strict, directory.issues.contains(where: { $0.severity == .error }) { throw ConfigurationRejected(directory.issues) }
        } catch {
            Terminal.writeError("\(error)\n")
            endProcess(status: ExitStatus.configuration)
        }
        let agent: Agent
        do {
            let stateLock = Guarded(try DirectoryLock.take(path: settings.stateDirectory, purpose: "state directory"))
            let audit = try AuditLog(
                to: settings.auditDirectory == "-" ? .standardOutput : .directory(settings.auditDirectory, settings.rotation))
            let writer = LogWriter()
            let (level, isJSON) = (settings.logLevel, settings.logsJSON)
            let logger = Logger(label: "tenantwatch") { _ in StandardErrorLogHandler(logLevel: level, isJSON: isJSON, writer: writer) }
            let store = try AlertStore(path: "\(settings.stateDirectory)/state.sqlite")
            agent = try Agent(
                settings: settings, kinds: kinds, hangUps: hangUps, stateLock: stateLock, audit: audit, store: store, logger: logger,
                logWriter: writer)
        } catch {
            Terminal.writeError("error: \(error)\n\(Self.remedy(for: error))\n")
            endProcess(status: ExitStatus.state)
        }
        await Self.watch(with: agent, loader: loader, directory: directory, signals: Tenantwatch.signals)
    }

    private static func remedy(for error: any Error) -> String {
        let (state, audit) = (Setting.stateDirectory.variable, Setting.auditDirectory.variable)
        return switch error {
        case let failure as SystemFailure where failure.isHeldByAnother:
            "Stop the other agent first. One with another directory would know nothing of what fires, and tell everybody again."
        case is StorageFailure:
            "See docs/runbook.md, \"The disk of the state\". An agent without this file tells everybody again of what fires."
        case is SocketPath.TooLong: "Set \(state) to a shorter path."
        default: "Set \(state) and \(audit) to directories that this user may write."
        }
    }

    /// Runs all services; shutdown goes from the last to the first, so that the server stops after the pipeline.
    private static func watch(with agent: Agent, loader: TenantLoader, directory: TenantDirectory, signals: SignalHandler) async {
        let (stops, stop) = AsyncStream<Void>.makeStream()
        signals.run { stop.finish() }
        agent.audit.note(AuditEntry(.agentStarted, details: ["version": .string(Tenantwatch.version)]))
        for warning in agent.settings.warnings { agent.logger.warning("\(warning.words)") }
        agent.take(directory, after: nil, actor: "start")
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: agent.server(), serviceName: "server"),
                .init(service: agent.control(), serviceName: "control"),
                .init(service: ReloadService(agent: agent, loader: loader, first: directory, signals: signals), serviceName: "reload"),
                .init(service: PipelineService(agent: agent), serviceName: "pipeline"),
            ],
            logger: agent.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(9)
        do {
            let group = ServiceGroup(configuration: configuration)
            try await withThrowingTaskGroup { tasks in
                tasks.addTask { try await group.run() }
                tasks.addTask {
                    for await _ in stops {}
                    // Before `run` it is remembered.
                    if signals.isStopping { await group.triggerGracefulShutdown() }
                }
                try await tasks.next()
                stop.finish()
                try await tasks.waitForAll()
            }
        } catch  where signals.isStopping {
            agent.logger.error("not everything ended in time", metadata: ["error": "\(error)"])
        } catch {
            let listen = agent.settings.listen
            // NIO's error names neither the address nor what to do.
            let words =
                "\(error)".contains("(errno: \(EADDRINUSE))")
                ? "cannot listen on \(listen), where somebody else does: stop that, or set \(Setting.listen.variable)" : "cannot go on"
            agent.logger.critical("\(words)", metadata: ["error": "\(error)"])
            agent.logWriter.close()
            endProcess(status: ExitStatus.unavailable)
        }
        agent.logWriter.close()
        endProcess(status: 0)
    }
}
