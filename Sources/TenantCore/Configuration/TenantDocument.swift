/// One text of a source, cut into entries of which each stands for itself.
struct TenantDocument {
    /// One entry, good or bad.
    struct Entry {
        var path: String
        /// The object of the tenant; what is wrong when there is none.
        var value: Result<JSONObject, ConfigurationIssue>
        /// The ids that seem to stand in an entry that is not JSON.
        var ids: [TenantID] = []
    }

    /// In their order.
    var entries: [Entry] = []
    /// What is wrong between the entries.
    var issues: [ConfigurationIssue] = []

    /// Cuts `bytes`.
    ///
    /// - Parameter takesOne: whether one object may stand for one tenant.
    /// - Throws: `ConfigurationIssue` when it holds no entries that can be told apart.
    init(_ bytes: [UInt8], path: String, takesOne: Bool) throws(ConfigurationIssue) {
        let parsed: JSONEntries
        do throws(JSONError) {
            guard bytes.first(where: { !JSONSyntaxHint.isSpace($0) }) == UInt8(ascii: "[") else {
                try takeOther(JSONValue.parseTenants(bytes), path: path, takesOne: takesOne)
                return
            }
            parsed = try JSONEntries(bytes)
        } catch {
            throw Self.issue(error, path)
        }
        issues = parsed.stray.map { Self.issue($0, path) }
        for (index, entry) in parsed.entries.enumerated() {
            let place = "\(path)[\(index)]"
            switch entry.value {
            case .success(let value): entries.append(Entry(path: place, value: Self.object(value, place)))
            case .failure(let error):
                entries.append(
                    Entry(path: place, value: .failure(Self.issue(error, path)), ids: TenantIDSearch.ids(inEntry: bytes[entry.range])))
            }
        }
    }

    /// A text that is no array.
    private mutating func takeOther(_ value: JSONValue, path: String, takesOne: Bool) throws(JSONError) {
        if let object = value.object, takesOne, !Self.isMap(object) {
            entries = [Entry(path: path, value: .success(object))]
            return
        }
        let hint: JSONSyntaxHint? =
            switch value {
            case .string(let text): JSONSyntaxHint.wrapped(text)
            case .object(let object) where Self.isMap(object):
                JSONSyntaxHint("is an object with a tenant under each key, not an array", fix: "Put the tenants alone between [ and ].")
            case .object: JSONSyntaxHint("is one tenant, not an array of tenants", fix: "Put [ before it and ] behind it.")
            default: nil
            }
        let known = hint ?? JSONSyntaxHint("is \(value.kind), not an array of tenants", fix: "Put the tenants between [ and ].")
        throw JSONError(line: 1, column: 1, problem: known.problem, fix: known.fix, place: "")
    }

    /// Whether an object has tenants for members and is none itself.
    private static func isMap(_ object: JSONObject) -> Bool {
        guard object["tenant_id"] == nil, object["mongo_uri"] == nil, object["redis_addr"] == nil, !object.members.isEmpty else {
            return false
        }
        return object.members.allSatisfy { $0.value.object != nil }
            || (object.members.count == 1 && object.members[0].value.elements != nil)
    }

    private static func object(_ value: JSONValue, _ path: String) -> Result<JSONObject, ConfigurationIssue> {
        if let object = value.object { return .success(object) }
        let isText = value.text.flatMap { JSONSyntaxHint.wrapped($0) } != nil
        return .failure(
            ConfigurationIssue(
                path: path, problem: isText ? "is a string that holds JSON, not a tenant" : "is \(value.kind), not a tenant",
                fix: isText ? "Write the object itself, without quotes around it." : "Write an object with tenant_id, name, …"))
    }

    private static func issue(_ error: JSONError, _ path: String) -> ConfigurationIssue {
        ConfigurationIssue(path: "\(path)\(error.place):\(error.line):\(error.column)", problem: error.problem, fix: error.fix)
    }
}
