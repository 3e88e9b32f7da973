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
        // Its bytes are UTF-8: no text of tenants or settings is read that is not.
        if let text = value.text { return Secret(try Self.sound(text, "", at: path)) }
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
            // Bytes that are not UTF-8 arrive as this character.
            guard !text.unicodeScalars.contains("\u{FFFD}") else {
                throw ConfigurationIssue(
                    path: path, problem: "refers to \(Self.shown(variable: target)), which is not UTF-8", fix: "Write it in UTF-8.")
            }
            guard text.utf8.count <= Self.limit else {
                throw ConfigurationIssue(
                    path: path, problem: "refers to \(Self.shown(variable: target)), which is longer than 64 KB",
                    fix: "Put the secret alone into it.")
            }
            let secret = Self.withoutLineEnd(text)
            guard !secret.isEmpty else {
                throw ConfigurationIssue(
                    path: path, problem: "refers to \(Self.shown(variable: target)), which holds a line end alone",
                    fix: "Put the secret into it.")
            }
            return Secret(try Self.sound(secret, "refers to \(Self.shown(variable: target)), which ", at: path))
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
                path: path, problem: "refers to the file \(file), which cannot be read: \(FileProblem.words(for: error, at: written))",
                fix: "Check that the file exists and that this service may read it.")
        }
        guard bytes.count <= Self.limit else {
            throw ConfigurationIssue(
                path: path, problem: "refers to the file \(file), which is longer than 64 KB",
                fix: "Point it at a file that holds the secret alone.")
        }
        // Foundation would leave out a byte order mark without a word.
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationIssue(
                path: path, problem: "refers to the file \(file), which is not UTF-8", fix: "Write the secret into it in UTF-8.")
        }
        let secret = Self.withoutLineEnd(text)
        guard !secret.isEmpty else {
            throw ConfigurationIssue(
                path: path, problem: "refers to the file \(file), which is empty",
                fix: "Write the secret into the file.")
        }
        return try Self.sound(secret, "refers to the file \(file), which ", at: path)
    }
}

extension SecretReader {
    /// Editors, `echo` and block texts of YAML end a text with a line end that is no part of the secret.
    ///
    /// In Swift a carriage return and a newline are one character.
    private static func withoutLineEnd(_ text: String) -> String {
        text.last == "\n" || text.last == "\r\n" ? String(text.dropLast()) : text
    }

    /// The secret, unless it has what none has and an editor or a shell has put there.
    private static func sound(_ text: String, _ subject: String, at path: String) throws(ConfigurationIssue) -> String {
        if text.utf8.contains(0) {
            throw ConfigurationIssue(
                path: path, problem: "\(subject)has NUL bytes, as UTF-16 has and no password",
                fix: "Write the secret in UTF-8, without NUL bytes.")
        }
        if text.unicodeScalars.first == "\u{FEFF}" {
            throw ConfigurationIssue(
                path: path, problem: "\(subject)begins with a byte order mark, which would be a part of the secret",
                fix: "Write the secret in UTF-8 without a byte order mark.")
        }
        return text
    }

    /// What is odd about a secret that was read; quotes nothing of it.
    func warning(about secret: Secret, at path: String) -> ConfigurationIssue? {
        secret.reveal { text in
            if Placeholder.isStandIn(text) {
                return ConfigurationIssue(
                    .warning, path: path, problem: "is a word that stands for a secret in documentation", fix: "Put the real secret there.")
            }
            if let shape = Placeholder.shape(in: text, as: .secret) {
                return ConfigurationIssue(
                    .warning, path: path, problem: "looks like a placeholder (\(shape))", fix: "Put the real secret there.")
            }
            if text.last?.isNewline == true {
                return ConfigurationIssue(
                    .warning, path: path, problem: "ends in a line end, which is a part of the secret", fix: "Remove the line end.")
            }
            guard let first = text.first, let last = text.last, first.isWhitespace || last.isWhitespace else { return nil }
            return ConfigurationIssue(
                .warning, path: path,
                problem: "has white space at its \(first.isWhitespace ? "start" : "end"), which is a part of the secret",
                fix: "Remove the white space, unless it is meant.")
        }
    }
}

extension SecretReader: CustomReflectable {
    /// Without the environment, which may hold anything.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
