internal import Alerting
internal import FoundationEssentials
internal import TenantCore
internal import Yams

/// The settings file: a YAML mapping of flat settings, and of what is said about alerts.
struct SettingsFile {
    /// Values as the other sources would write them: a list becomes its elements separated by spaces.
    var flat: [Setting: String] = [:]
    /// The keys that `AlertingSettingsReader` reads.
    var alerting = JSONObject()
    /// Keys that nobody knows, and values that are no flat ones.
    var issues: [ConfigurationIssue] = []

    /// Nothing, as when there is no file.
    init() {}

    /// Reads the file; unknown keys are refused, for a mistyped setting must not be ignored.
    ///
    /// - Throws: `ConfigurationRejected` when it cannot be read or is no YAML mapping.
    init(path: String) throws(ConfigurationRejected) {
        let text: String
        do {
            text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        } catch {
            throw ConfigurationRejected([
                ConfigurationIssue(path: path, problem: "the settings file cannot be read", fix: "Check that it exists and is readable.")
            ])
        }
        do throws(YAMLProblem) {
            try read(YAMLDocument(parsing: text), path: path)
        } catch {
            let place = error.line.map { "\(path):\($0)" } ?? path
            throw ConfigurationRejected([ConfigurationIssue(path: place, problem: error.text, fix: error.fix)])
        }
    }

    private mutating func read(_ document: YAMLDocument, path: String) throws(YAMLProblem) {
        let known = Setting.allCases.map(\.key) + AlertingSettingsReader.keys
        for (key, node) in document.members {
            if AlertingSettingsReader.keys.contains(key) {
                alerting[key] = try document.value(of: node)
            } else if let setting = Setting(rawValue: key) {
                if let text = node.flatText {
                    flat[setting] = text
                } else {
                    let fix = "Write it as docs/settings.md does."
                    issues.append(ConfigurationIssue(path: key, problem: "is neither a text nor a list of texts", fix: fix))
                }
            } else {
                issues.append(
                    ConfigurationIssue(
                        path: "\(path): \(Scrubber().scrub(key, limit: 64))", problem: "is not a setting",
                        fix: nearest(to: key, among: known).map { "Did you mean `\($0)`?" }
                            ?? "See docs/settings.md and docs/alerting.md for all settings."))
            }
        }
    }
}

extension Node {
    /// A scalar as it is written, or the elements of a list separated by spaces.
    fileprivate var flatText: String? {
        switch self {
        case .scalar(let scalar): return scalar.string
        case .sequence(let elements):
            let texts = elements.compactMap { $0.scalar?.string }
            return texts.count == elements.count ? texts.joined(separator: " ") : nil
        case .mapping, .alias: return nil
        }
    }
}
