internal import Alerting
internal import FoundationEssentials
internal import Platform
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
    /// The path of the file, and what stands in it.
    private var source: (path: String, document: YAMLDocument)?

    /// Nothing, as when there is no file.
    init() {}

    /// Reads the file; unknown keys are refused, for a mistyped setting must not be ignored.
    ///
    /// - Throws: `ConfigurationRejected` when it cannot be read or is no YAML mapping.
    init(path: String) throws(ConfigurationRejected) {
        let bytes: [UInt8]
        do throws(SystemFailure) {
            bytes = try FileAccess.read(path)
        } catch {
            throw ConfigurationRejected([
                ConfigurationIssue(
                    path: path, problem: "the settings file cannot be read: \(error.reason)",
                    fix: "Check that it exists and that this service may read it.")
            ])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationRejected([
                ConfigurationIssue(path: path, problem: "the settings file is not UTF-8", fix: "Save it as UTF-8.")
            ])
        }
        do throws(YAMLProblem) {
            let document = try YAMLDocument(parsing: text)
            source = (path, document)
            try read(document, path: path)
        } catch {
            throw ConfigurationRejected([ConfigurationIssue(path: "\(path)\(error.place)", problem: error.text, fix: error.fix)])
        }
    }

    /// `path` of a setting with the file, line and column where it stands; as it is where it is not from the file.
    func placed(_ path: String) -> String {
        guard let source, let place = source.document.place(of: path) else { return path }
        return "\(source.path)\(place): \(path)"
    }

    private mutating func read(_ document: YAMLDocument, path: String) throws(YAMLProblem) {
        let known = Setting.allCases.map(\.key) + AlertingSettingsReader.keys
        for member in document.members {
            let (key, node) = (member.key, member.node)
            if AlertingSettingsReader.keys.contains(key) {
                alerting[key] = try document.value(of: node)
            } else if let setting = Setting(rawValue: key) {
                if let problem = node.oddScalar {
                    issues.append(ConfigurationIssue(path: "\(path)\(problem.place): \(key)", problem: problem.text, fix: problem.fix))
                } else if let text = node.flatText {
                    flat[setting] = text
                } else {
                    let fix = "Write it as docs/settings.md does."
                    issues.append(ConfigurationIssue(path: placed(key), problem: "is neither a text nor a list of texts", fix: fix))
                }
            } else {
                issues.append(
                    ConfigurationIssue(
                        path: "\(path)\(member.place): \(Scrubber().scrub(key, limit: 64))", problem: "is not a setting",
                        fix: nearest(to: key, among: known).map { "Did you mean `\($0)`?" }
                            ?? "See docs/settings.md and docs/alerting.md for all settings."))
            }
        }
    }
}

extension Node {
    /// What is odd about a scalar, or about one in a list.
    fileprivate var oddScalar: YAMLProblem? {
        switch self {
        case .scalar(let scalar): YAMLProblem(literal: scalar)
        case .sequence(let elements): elements.lazy.compactMap { $0.scalar.flatMap { YAMLProblem(literal: $0) } }.first
        case .mapping, .alias: nil
        }
    }

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
