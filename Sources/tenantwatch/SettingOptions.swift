internal import ArgumentParser
internal import TenantCore

/// The settings as flags; what is not given is nil.
struct SettingOptions: ParsableArguments {
    @Option(help: "Address and port of the HTTP server.") var listen: String?
    @Flag(help: "Allow an address other than loopback.") var insecure = false
    @Option(help: "Time between two checks, like 15s.") var interval: String?
    @Option(help: "Time after which an answer no longer counts.") var timeout: String?
    @Option(help: "Failures that make a dependency down.") var alertFailures: String?
    @Option(help: "Answers that are looked at.") var alertWindow: String?
    @Option(help: "Successes that make it healthy again.") var alertSuccesses: String?
    @Option(name: .customLong("external-url"), help: "Where people reach this agent.") var externalURL: String?
    @Option(name: .customLong("state-dir"), help: "Directory of the agent's state.") var stateDirectory: String?
    @Option(name: .customLong("audit-dir"), help: "Directory of the audit log, - for standard output.") var auditDirectory: String?
    @Option(name: .customLong("audit-max-size"), help: "Size of a file of the audit log, like 64MB.") var auditMaximumSize: String?
    @Option(name: .customLong("audit-max-age"), help: "Age of a file of the audit log, like 24h.") var auditMaximumAge: String?
    @Option(help: "How many rotated files of the audit log stay, or all.") var auditKeep: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical.") var logLevel: String?
    @Option(help: "text or json.") var logFormat: String?
    @Option(help: "Settings file in YAML.") var settings: String?

    var given: [Setting: String] {
        let all: [(Setting, String?)] = [
            (.listen, listen), (.insecure, insecure ? "true" : nil), (.interval, interval), (.timeout, timeout),
            (.alertFailures, alertFailures), (.alertWindow, alertWindow), (.alertSuccesses, alertSuccesses),
            (.externalURL, externalURL), (.stateDirectory, stateDirectory),
            (.auditDirectory, auditDirectory), (.auditMaximumSize, auditMaximumSize), (.auditMaximumAge, auditMaximumAge),
            (.auditKeep, auditKeep), (.logLevel, logLevel), (.logFormat, logFormat),
        ]
        return Dictionary(all.compactMap { setting, value in value.map { (setting, $0) } }, uniquingKeysWith: { $1 })
    }
}
