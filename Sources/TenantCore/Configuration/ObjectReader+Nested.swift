extension ObjectReader {
    /// An object, without reading it.
    public mutating func object(_ key: String) -> JSONObject? {
        guard let value = value(key) else { return nil }
        guard let object = value.object else {
            note(key, "is \(value.kind), not an object", fix: #"Write {"name": "value"}."#)
            return nil
        }
        return object
    }

    /// What `read` makes of the object at `key`; a key that it does not ask for is an issue.
    public mutating func nested<Value>(_ key: String, _ read: (inout ObjectReader) -> Value?) -> Value? {
        guard let object = object(key) else { return nil }
        return child(object, at: path(of: key), read)
    }

    /// What `read` makes of each object of the list at `key`, without those that it refuses; nil when there is no list.
    public mutating func each<Value>(_ key: String, _ read: (inout ObjectReader) -> Value?) -> [Value]? {
        elements(key)?.enumerated().compactMap { index, element in
            let path = "\(path(of: key))[\(index)]"
            guard let object = element.object else {
                issues.append(
                    ConfigurationIssue(path: path, problem: "is \(element.kind), not an object", fix: #"Write {"name": "value"}."#))
                return nil
            }
            return child(object, at: path, read)
        }
    }

    /// The texts of a list; nil when there is no list.
    public mutating func strings(_ key: String) -> [String]? { strings(key) { .success($0) } }

    /// What `parse` makes of each text of the list at `key`, without those that it refuses; nil when there is no list.
    ///
    /// - Parameter parse: a problem goes on from the path.
    public mutating func strings<Value>(_ key: String, _ parse: (String) -> Result<Value, ElementProblem>) -> [Value]? {
        elements(key)?.enumerated().compactMap { index, element in
            let path = "\(path(of: key))[\(index)]"
            guard let text = element.text, !text.isEmpty, !text.unicodeScalars.contains(where: isUnsafeToShow) else {
                issues.append(
                    ConfigurationIssue(
                        path: path, problem: "is \(element.text == nil ? element.kind : "empty or has a control character"), not a text",
                        fix: "Put a text in double quotes."))
                return nil
            }
            switch parse(text) {
            case .success(let value): return value
            case .failure(let problem):
                issues.append(ConfigurationIssue(path: path, problem: problem.text, fix: problem.fix))
                return nil
            }
        }
    }

    /// The secrets of a list, or references to them; nil when there is no list.
    ///
    /// - Parameter areAddresses: whether they are URLs, whose placeholders `address` notes.
    public mutating func secrets(_ key: String, areAddresses: Bool = false) -> [Secret]? {
        elements(key)?.enumerated().compactMap { index, element in
            secret(element, at: "\(path(of: key))[\(index)]", isAddress: areAddresses)
        }
    }

    /// Notes every key that was not asked for.
    public mutating func noteUnread() {
        for key in unread.keys {
            let suggestion = nearest(to: key, among: seen).map { "Did you mean \"\($0)\"?" }
            note(key, "is not a key here", fix: suggestion ?? "Remove it; known here: \(seen.sorted().joined(separator: ", ")).")
        }
    }

    private mutating func elements(_ key: String) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        if value.elements == nil { note(key, "is \(value.kind), not a list", fix: #"Write ["one", "two"]."#) }
        return value.elements
    }

    private mutating func child<Value>(_ object: JSONObject, at path: String, _ read: (inout ObjectReader) -> Value?) -> Value? {
        var child = ObjectReader(object: object, path: path, secretReader: secretReader)
        let value = read(&child)
        child.noteUnread()
        issues += child.issues
        secrets += child.secrets
        return value
    }
}

/// What is wrong with an element of a list, and how to mend it.
public struct ElementProblem: Error, Sendable {
    /// Goes on from the path.
    public var text: String
    /// What to do about it.
    public var fix: String

    /// A problem in these words.
    public init(_ text: String, fix: String) {
        self.text = text
        self.fix = fix
    }
}
