internal import Alerting
internal import Audit
internal import Checking
internal import Logging
internal import TenantCore

/// The settings that hold, each from its strongest source.
struct Settings {
    var listen: HostPort
    var cadence: Cadence
    var thresholds: Thresholds
    var alerting: AlertingSettings
    var stateDirectory: String
    /// `-` for standard output.
    var auditDirectory: String
    var rotation: Rotation
    var logLevel: Logger.Level
    var logsJSON: Bool
    /// Whether there is a settings file.
    var hasFile: Bool
    /// What may have been meant otherwise, and keeps nobody from starting.
    var warnings: [ConfigurationIssue]

    /// Reads flags, environment, file and defaults.
    ///
    /// - Throws: `ConfigurationRejected` with every issue that was found.
    init(options: SettingOptions, environment: [String: String]) throws(ConfigurationRejected) {
        let path = options.settings ?? environment["TENANTWATCH_SETTINGS"]
        let file = try path.map { path throws(ConfigurationRejected) in try SettingsFile(path: path) } ?? SettingsFile()
        var reader = SettingsReader(flags: options.given, environment: environment, file: file)
        hasFile = path != nil
        reader.noteUnknownVariables()
        reader.rejectBrokenEncoding()
        reader.rejectPlaceholders()
        let listen = reader.listen()
        cadence = reader.cadence()
        thresholds = reader.thresholds()
        self.listen = listen
        var (alerting, alertingIssues) = AlertingSettingsReader.read(
            file.alerting, secretReader: SecretReader(environment: environment), shorthand: reader.webhooks(),
            externalURL: reader.externalURL() ?? "http://\(listen)")
        for index in alertingIssues.indices { alertingIssues[index].path = file.placed(alertingIssues[index].path) }
        self.alerting = alerting
        stateDirectory = reader.text(.stateDirectory) ?? SettingsReader.defaultStateDirectory(environment)
        auditDirectory = reader.text(.auditDirectory) ?? "\(stateDirectory)/audit"
        rotation = reader.rotation()
        logLevel = reader.choice(.logLevel, Logger.Level.allCases.map { ($0.rawValue, $0) }) ?? .info
        logsJSON = reader.choice(.logFormat, [("text", false), ("json", true)]) ?? false
        let issues = file.issues + reader.issues + alertingIssues
        warnings = issues.filter { $0.severity == .warning }
        guard warnings.count == issues.count else { throw ConfigurationRejected(issues) }
    }
}

/// Finds each setting in its strongest source and notes what is wrong with it.
struct SettingsReader {
    let flags: [Setting: String]
    let environment: [String: String]
    let file: SettingsFile
    private(set) var issues: [ConfigurationIssue] = []

    init(flags: [Setting: String], environment: [String: String], file: SettingsFile) {
        self.flags = flags
        self.environment = environment
        self.file = file
    }

    /// The setting as it is written; an empty variable counts as unset.
    func text(_ setting: Setting) -> String? {
        flags[setting] ?? environment[setting.variable].flatMap { $0.isEmpty ? nil : $0 } ?? file.flat[setting]
    }

    /// The name of the source, with its place in a file, that `text` took the setting from, for messages.
    private func source(_ setting: Setting) -> String {
        if flags[setting] != nil, let flag = setting.flag { return flag }
        return environment[setting.variable].map { !$0.isEmpty } == true ? setting.variable : file.placed(setting.key)
    }

    /// Warns of variables that look like ours and are none.
    mutating func noteUnknownVariables() {
        let known = Setting.allCases.map(\.variable) + ["TENANTWATCH_SETTINGS", "TENANTWATCH_TENANTS_FILE", "TENANTWATCH_TENANTS_DIR"]
        for name in environment.keys.sorted() where name.hasPrefix("TENANTWATCH_") && !known.contains(name) {
            guard let close = nearest(to: name, among: known) else { continue }
            issues.append(
                ConfigurationIssue(.warning, path: name, problem: "is not a setting", fix: "Did you mean \(close)?"))
        }
    }

    /// Refuses texts that nobody has filled in: a directory of such a name would be made.
    mutating func rejectPlaceholders() {
        for setting in Setting.allCases where setting != .webhookURLs {
            guard let text = text(setting), let shape = Placeholder.shape(in: text, as: .address) else { continue }
            note(setting, "still has a placeholder (\(shape))", fix: "Put the real value in its place.")
        }
    }

    mutating func note(_ setting: Setting, _ problem: String, fix: String) {
        issues.append(ConfigurationIssue(path: source(setting), problem: problem, fix: fix))
    }

    mutating func choice<Value>(_ setting: Setting, _ choices: [(name: String, value: Value)]) -> Value? {
        guard let text = text(setting) else { return nil }
        if let choice = choices.first(where: { $0.name == text.lowercased() }) { return choice.value }
        note(setting, "is not one of \(choices.map(\.name).joined(separator: ", "))", fix: "Choose one of them.")
        return nil
    }

    private mutating func duration(_ setting: Setting, default fallback: Duration) -> Duration {
        guard let text = text(setting) else { return fallback }
        let range: ClosedRange<Duration> = .milliseconds(10) ... .seconds(86_400)
        if let duration = Duration(written: text), range.contains(duration) { return duration }
        let hint = DurationText(text, in: range)
        note(setting, hint.problem, fix: hint.fix)
        return fallback
    }

    private mutating func count(_ setting: Setting, default fallback: Int) -> Int {
        guard let text = text(setting) else { return fallback }
        if let count = Int(text), (1...100).contains(count) { return count }
        note(setting, "is not a whole number from 1 to 100", fix: "Write a number like \(fallback).")
        return fallback
    }

    mutating func listen() -> HostPort {
        let fallback = HostPort(host: "127.0.0.1", port: 9780)
        let isInsecure = choice(.insecure, [("true", true), ("false", false)]) ?? false
        guard let text = text(.listen) else { return fallback }
        let address: HostPort
        do {
            address = try HostPort.parse(text, defaultPort: nil)
        } catch {
            note(.listen, error.text, fix: "Write it like 127.0.0.1:9780.")
            return fallback
        }
        if !address.isLoopback, !isInsecure {
            note(
                .listen, "is not a loopback address, and callers are not told apart yet",
                fix: "Put a proxy in front of a loopback address, or set \(Setting.insecure.variable)=true if the network is trusted.")
        }
        return address
    }

    mutating func cadence() -> Cadence {
        let interval = duration(.interval, default: .seconds(15))
        let timeout = duration(.timeout, default: .seconds(5))
        if text(.timeout) != nil, text(.interval) != nil, timeout > interval {
            note(.timeout, "is longer than the interval, so that checks would overlap", fix: "Lower the timeout or raise the interval.")
        }
        return Cadence(interval: interval, timeout: min(timeout, interval))
    }

    mutating func thresholds() -> Thresholds {
        let failures = count(.alertFailures, default: 3)
        let window = count(.alertWindow, default: max(3, failures))
        if failures > window {
            note(
                .alertWindow, "is smaller than \(Setting.alertFailures.key), so that nothing would ever be down",
                fix: "Raise it to \(failures) or more.")
        }
        return Thresholds(failures: failures, window: window, successes: count(.alertSuccesses, default: 2))
    }

    /// A receiver for each URL, which hears of everything for which no route says otherwise.
    mutating func webhooks() -> [ReceiverSettings] {
        let written = text(.webhookURLs) ?? ""
        let urls = WebAddress.list(written)
        let example = "Write URLs like https://hooks.example.com/alerts, separated by spaces or commas."
        if urls.isEmpty, written.contains(where: { !$0.isWhitespace }) { note(.webhookURLs, "names no URL", fix: example) }
        return urls.enumerated().compactMap { index, url in
            do throws(AddressProblem) {
                if let first = urls[..<index].firstIndex(of: url) {
                    throw AddressProblem("is the same as number \(first + 1)", fix: "Remove one of the two.")
                }
                if let shape = Placeholder.shape(in: url, as: .address) {
                    throw AddressProblem("still has a placeholder (\(shape))", fix: "Put the real value in its place.")
                }
                let address = try WebAddress.parse(url, allowsQuery: true)
                if let problem = address.endpoint.neverDialled ?? address.attachedURL { throw problem }
                let endpoint = ReceiverEndpoint(url: Secret(url), host: address.endpoint.description)
                return ReceiverSettings(name: "webhook-\(index + 1)", kind: .webhook(endpoint))
            } catch {
                note(.webhookURLs, "number \(index + 1) \(error.text)", fix: error.fix ?? example)
                return nil
            }
        }
    }

    mutating func externalURL() -> String? {
        guard let text = text(.externalURL) else { return nil }
        do {
            let url = try WebAddress.parse(text).url
            return url.hasSuffix("/") ? String(url.dropLast()) : url
        } catch {
            note(.externalURL, error.text, fix: "Write it like https://tenantwatch.example.com.")
            return nil
        }
    }

    /// Where systemd, the desktop's convention or the home directory put state.
    static func defaultStateDirectory(_ environment: [String: String]) -> String {
        if let directory = environment["STATE_DIRECTORY"], !directory.isEmpty { return directory }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return "\(state)/tenantwatch" }
        return "\(environment["HOME"] ?? ".")/.local/state/tenantwatch"
    }
}
