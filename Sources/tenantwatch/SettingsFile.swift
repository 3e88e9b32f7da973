internal import FoundationEssentials
internal import TenantCore
internal import Yams

/// The settings file: a YAML mapping from keys to values or lists of values.
struct SettingsFile: Decodable {
    /// A value as the other sources would write it: a list becomes its elements separated by spaces.
    private struct Value: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let list = try? container.decode([String].self) {
                text = list.joined(separator: " ")
            } else {
                text = try container.decode(String.self)
            }
        }
    }

    let values: [String: String]

    init(from decoder: any Decoder) throws {
        values = try decoder.singleValueContainer().decode([String: Value].self).mapValues(\.text)
    }

    /// Reads the file; unknown keys are refused, for a mistyped setting must not be ignored.
    static func read(_ path: String) throws(ConfigurationRejected) -> [Setting: String] {
        let text: String
        do {
            text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        } catch {
            throw ConfigurationRejected([
                ConfigurationIssue(path: path, problem: "the settings file cannot be read", fix: "Check that it exists and is readable.")
            ])
        }
        let values: [String: String]
        do {
            values = try YAMLDecoder().decode(SettingsFile.self, from: text).values
        } catch {
            throw ConfigurationRejected([
                ConfigurationIssue(
                    path: path, problem: "is not a YAML mapping of keys to values or lists of texts",
                    fix: "Write lines like `interval: 15s`.")
            ])
        }
        let known = Setting.allCases.map(\.key)
        let issues = values.keys.sorted().filter { !known.contains($0) }.map { key in
            ConfigurationIssue(
                path: "\(path): \(Scrubber().scrub(key, limit: 64))", problem: "is not a setting",
                fix: nearest(to: key, among: known).map { "Did you mean `\($0)`?" } ?? "See docs/settings.md for all settings.")
        }
        guard issues.isEmpty else { throw ConfigurationRejected(issues) }
        return Dictionary(values.compactMap { key, value in Setting(rawValue: key).map { ($0, value) } }, uniquingKeysWith: { $1 })
    }
}
