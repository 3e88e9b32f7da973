import FoundationEssentials

/// Opens references to secrets: `{"file": "…"}` and `{"env": "…"}`.
public struct SecretReader: Sendable {
    /// Longest accepted secret, in bytes; longer files are surely something else.
    static let limit = 64 * 1024

    let environment: [String: String]

    /// - Parameter environment: the process's variables.
    public init(environment: [String: String]) {
        self.environment = environment
    }

    /// The secret behind a string or a reference.
    ///
    /// - Throws: `ConfigurationIssue` that names the reference and never the secret.
    func read(_ value: JSONValue, at path: String) throws(ConfigurationIssue) -> Secret {
        if let text = value.text { return Secret(text) }
        guard let members = value.object?.members, members.count == 1, let target = members[0].value.text else {
            throw ConfigurationIssue(
                path: path, problem: "is \(value.kind), not a secret",
                fix: #"Write a string, {"file": "/path"} or {"env": "NAME"}."#)
        }
        switch members[0].key {
        case "file": return Secret(try readFile(target, at: path))
        case "env":
            guard let text = environment[target], !text.isEmpty else {
                throw ConfigurationIssue(
                    path: path, problem: "refers to \(Self.shown(variable: target)), which is not set",
                    fix: "Set it for this service.")
            }
            return Secret(text)
        default:
            throw ConfigurationIssue(
                path: path, problem: "refers to a secret by an unknown kind of reference",
                fix: #"Use {"file": "/path"} or {"env": "NAME"}."#)
        }
    }

    /// The name of a variable, unless somebody wrote the secret itself in its place.
    private static func shown(variable: String) -> String {
        let isName = variable.utf8.count <= 128 && variable.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
        return isName ? "the environment variable \(variable)" : "an environment variable that is not named in capitals"
    }

    private func readFile(_ written: String, at path: String) throws(ConfigurationIssue) -> String {
        let file = Scrubber().scrub(written, limit: 256)
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: written))
        } catch {
            throw ConfigurationIssue(
                path: path, problem: "refers to the file \(file), which cannot be read",
                fix: "Check that the file exists and that this service may read it.")
        }
        guard bytes.count <= Self.limit, let text = String(data: bytes, encoding: .utf8) else {
            throw ConfigurationIssue(
                path: path, problem: "refers to the file \(file), which is not a short UTF-8 text",
                fix: "Point it at a file that holds the secret alone.")
        }
        // Editors and `echo` end a file with a newline that is no part of the secret.
        // In Swift a carriage return and a newline are one character.
        let secret = text.last == "\n" || text.last == "\r\n" ? String(text.dropLast()) : text
        guard !secret.isEmpty else {
            throw ConfigurationIssue(
                path: path, problem: "refers to the file \(file), which is empty",
                fix: "Write the secret into the file.")
        }
        return secret
    }
}

extension SecretReader: CustomReflectable {
    /// Without the environment, which may hold anything.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
