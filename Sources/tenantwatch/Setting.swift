internal import Alerting
internal import TenantCore

/// Every setting of the agent: the single source of names, defaults and descriptions.
enum Setting: String, CaseIterable {
    case listen
    case insecure
    case interval
    case timeout
    case alertFailures = "alert_failures"
    case alertWindow = "alert_window"
    case alertSuccesses = "alert_successes"
    case webhookURLs = "webhook_urls"
    case externalURL = "external_url"
    case stateDirectory = "state_dir"
    case auditDirectory = "audit_dir"
    case auditMaximumSize = "audit_max_size"
    case auditMaximumAge = "audit_max_age"
    case auditKeep = "audit_keep"
    case logLevel = "log_level"
    case logFormat = "log_format"

    /// The key in the settings file.
    var key: String { rawValue }
    /// The environment variable.
    var variable: String { "TENANTWATCH_\(rawValue.uppercased())" }
    /// The command-line flag; none for what may hold a secret, which every user of the machine could read there.
    var flag: String? { self == .webhookURLs ? nil : "--\(rawValue.replacing("_", with: "-"))" }

    /// What holds when nobody says otherwise, in words where it is computed.
    var defaultText: String {
        switch self {
        case .listen: "127.0.0.1:9780"
        case .insecure: "false"
        case .interval: "15s"
        case .timeout: "5s"
        case .alertFailures, .alertWindow: "3"
        case .alertSuccesses: "2"
        case .webhookURLs: "none"
        case .externalURL: "`http://` and the listen address"
        case .stateDirectory: "`STATE_DIRECTORY`, else `$XDG_STATE_HOME/tenantwatch`, else `~/.local/state/tenantwatch`"
        case .auditDirectory: "`audit` in the state directory"
        case .auditMaximumSize: "64MB"
        case .auditMaximumAge: "24h"
        case .auditKeep: "all"
        case .logLevel: "info"
        case .logFormat: "text"
        }
    }

    /// One sentence for the reference.
    var meaning: String {
        switch self {
        case .listen: "Address and port of the HTTP server."
        case .insecure: "Allows an address other than loopback although callers are not told apart yet."
        case .interval: "Time between two checks of one dependency."
        case .timeout: "Time after which an answer no longer counts; cut to the interval."
        case .alertFailures: "A dependency is down when this many of the last `alert_window` answers failed."
        case .alertWindow: "How many answers are looked at."
        case .alertSuccesses: "How many answers in a row make it healthy again."
        case .webhookURLs:
            "URLs, separated by spaces, or by commas before `http://` or `https://` (a list in the file), that every alert is posted to for which no route of the file says otherwise."
        case .externalURL: "Where people reach this agent; stands in notifications."
        case .stateDirectory: "Directory of the agent's state, held by one process at a time."
        case .auditDirectory: "Directory of the audit log; `-` writes it to standard output."
        case .auditMaximumSize: "Size beyond which the audit log goes on in a new file, from 64KB to 10GB; 1KB is 1024 bytes."
        case .auditMaximumAge: "Age beyond which the audit log goes on in a new file, from 1m to 3650d."
        case .auditKeep: "How many rotated files of the audit log stay, from 1 to 100000, or `all`; the oldest are removed."
        case .logLevel: "Least severe log line that is written: trace, debug, info, notice, warning, error or critical."
        case .logFormat: "`text` or `json`, one line an entry, to standard error."
        }
    }

    /// The reference as a Markdown page.
    static var markdown: String {
        let rows = allCases.map {
            "| \($0.flag.map { "`\($0)`" } ?? "") | `\($0.variable)` | `\($0.key)` | \($0.defaultText) | \($0.meaning) |"
        }
        return """
            # Settings

            Generated from `Sources/tenantwatch/Setting.swift` by `tenantwatch reference settings`; a test keeps it true.

            A flag counts before the environment variable, that before the settings file (`--settings` or
            `TENANTWATCH_SETTINGS`, in YAML), and that before the default. Durations are written as for
            Prometheus: `500ms`, `15s`, `5m`, `1h30m`, `7d`, `2w`.

            What the file alone can say about alerts (\(AlertingSettingsReader.keys.map { "`\($0)`" }.joined(separator: ", "))) is
            described in [alerting.md](alerting.md).

            | flag | environment variable | key in the file | default | meaning |
            | --- | --- | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            """
    }
}
