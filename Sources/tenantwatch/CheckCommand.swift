internal import ArgumentParser
internal import Checking
internal import FoundationEssentials
internal import Platform
internal import Scheduling
internal import TenantCore

/// `tenantwatch check`: asks every dependency once, now, without thresholds.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Ask every dependency once, now.",
        discussion: "Exits with 1 when a tenant is not healthy. One answer decides: there are no thresholds.")

    @OptionGroup var options: SettingOptions
    @Option(help: "Ask about this tenant alone.") var tenant: String?
    @Flag(help: "Print JSON instead of a table.") var json = false

    func run() throws {
        let kinds = allKinds()
        let (settings, directory) = load(kinds)
        ProcessUsage.raiseDescriptorLimit()
        var checks = Plan(directory: directory, kinds: kinds, cadence: settings.cadence).checks
        var rejected = directory.rejected
        var notChecked = directory.tenants.flatMap { tenant in tenant.notChecked.map { (tenant: tenant.id, entry: $0) } }
        if let tenant {
            checks.removeAll { $0.id.subject.tenant.rawValue != tenant }
            rejected.removeAll { $0.name != tenant }
            notChecked.removeAll { $0.tenant.rawValue != tenant }
            if checks.isEmpty, rejected.isEmpty, notChecked.isEmpty { throw unknown(tenant, in: directory) }
        }
        let observations = ask(checks, kinds: kinds)
        let order = Dictionary(checks.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let report = CheckReport(
            observations: observations.sorted { order[$0.check] ?? 0 < order[$1.check] ?? 0 },
            rejected: rejected, notChecked: notChecked)
        Terminal.write(json ? "\(report.json)\n" : report.table(isColoured: Terminal.isOutputInteractive))
        if !report.isHealthy { endProcess(status: ExitStatus.findings) }
        endProcess(status: 0)  // Lane threads may still be inside TLS.
    }

    private func load(_ kinds: [any ProbeKind]) -> (Settings, TenantDirectory) {
        let environment = ProcessInfo.processInfo.environment
        do throws(ConfigurationRejected) {
            let settings = try Settings(options: options, environment: environment)
            return (settings, try kinds.loader(environment: environment).load())
        } catch {
            Terminal.writeError("\(error)\n")
            endProcess(status: ExitStatus.configuration)
        }
    }

    private func unknown(_ tenant: String, in directory: TenantDirectory) -> ValidationError {
        let shown = Scrubber().scrub(tenant, limit: 64)
        let known = directory.tenants.map(\.id.rawValue) + directory.rejected.compactMap(\.id?.rawValue)
        let suggestion = nearest(to: tenant, among: known).map { " Did you mean \($0)?" }
        return ValidationError("No tenant is called \(shown).\(suggestion ?? "")")
    }

    private func ask(_ checks: [Check], kinds: [any ProbeKind]) -> [Observation] {
        let isInteractive = Terminal.isErrorInteractive
        let observations = OneRound(lanes: kinds.lanes()).run(checks) { count in
            if isInteractive { Terminal.writeError("\r\(count) of \(checks.count) checks") }
        }
        if isInteractive { Terminal.writeError("\r\u{1B}[K") }
        return observations
    }
}
