/// A JSON value as it was written; an object's members keep their order.
public enum JSONValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The kind of value, with its article, for messages: `a string`, `null`, …
    public var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The text of a string, nil for every other kind.
    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements of an array, nil for every other kind.
    public var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The object, nil for every other kind.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }
}

/// The members of a JSON object in the order in which they were written; no key occurs twice.
public struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One key with its value.
    public struct Member: Sendable, Equatable {
        /// The key with its escapes resolved.
        public var key: String
        /// What belongs to the key.
        public var value: JSONValue
    }

    /// All members, in order.
    public private(set) var members: [Member]

    /// An object with the given members; of a repeated key the last value holds.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = []
        for (key, value) in elements { self[key] = value }
    }

    /// Takes members that are known to have distinct keys.
    init(distinct members: [Member]) {
        self.members = members
    }

    /// The keys, in order.
    public var keys: [String] { members.map(\.key) }

    /// The value of `key`; setting nil removes the member.
    public subscript(key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension JSONValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string, written in code.
    public init(stringLiteral text: String) { self = .string(text) }
    /// An integer, written in code.
    public init(integerLiteral number: Int) { self = .integer(number) }
    /// A boolean, written in code.
    public init(booleanLiteral truth: Bool) { self = .boolean(truth) }
    /// An array of these elements, in order.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object with these members, in order; of a repeated key the last value holds.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}
