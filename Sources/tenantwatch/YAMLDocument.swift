internal import TenantCore
internal import Yams

/// A YAML mapping, in the part of YAML that has the same meaning for everybody.
///
/// As YAML 1.2 says and unlike YAML 1.1, `on` and `22:00` are texts; of plain words, only `true`, `false`, `null` and
/// decimal numbers are anything else.
struct YAMLDocument {
    /// Aliases can make a short text huge.
    private static let nodeLimit = 100_000
    private static let depthLimit = 32

    /// In the order in which they are written; no key occurs twice.
    let members: [Member]

    /// A key and its value.
    struct Member {
        var key: String
        /// `:line:column` of the key.
        var place: String
        var node: Node
    }

    init(parsing text: String) throws(YAMLProblem) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw YAMLProblem(error, in: text)
        }
        guard let root else {
            members = []
            return
        }
        guard case .mapping(let mapping) = root else {
            if case .scalar(let scalar) = root, let problem = YAMLProblem(literal: scalar) { throw problem }
            throw YAMLProblem(root, "is not a YAML mapping of keys to values", fix: "Write lines like `interval: 15s`.")
        }
        members = try Self.members(of: mapping)
    }

    /// The value with everything in it.
    func value(of node: Node) throws(YAMLProblem) -> JSONValue {
        var count = 0
        return try Self.value(of: node, depth: 0, &count)
    }

    private static func value(of node: Node, depth: Int, _ count: inout Int) throws(YAMLProblem) -> JSONValue {
        count += 1
        guard depth <= depthLimit, count <= nodeLimit else {
            throw YAMLProblem(node, "is too large or nested too deep", fix: "Write less, and use fewer aliases.")
        }
        switch node {
        case .scalar(let scalar):
            if let problem = YAMLProblem(literal: scalar) { throw problem }
            return value(of: scalar)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try value(of: element, depth: depth + 1, &count)) }
            return .array(elements)
        case .mapping(let mapping):
            var object = JSONObject()
            for member in try members(of: mapping) { object[member.key] = try value(of: member.node, depth: depth + 1, &count) }
            return .object(object)
        case .alias:
            throw YAMLProblem(node, "has an alias that leads nowhere", fix: "Write the value itself.")
        }
    }

    /// Keys are told apart as texts: YAML itself would take `1` and `"1"` for two.
    private static func members(of mapping: Node.Mapping) throws(YAMLProblem) -> [Member] {
        var seen: Set<String> = []
        var members: [Member] = []
        for (key, node) in mapping {
            guard case .scalar(let scalar) = key else {
                throw YAMLProblem(key, "has a key that is no text", fix: "Write lines like `interval: 15s`.")
            }
            guard seen.insert(scalar.string).inserted else {
                throw YAMLProblem(key, YAMLProblem.repeated(scalar.string), fix: "Keep one of the two.")
            }
            if let problem = YAMLProblem(literal: scalar) { throw problem }
            members.append(Member(key: scalar.string, place: key.place, node: node))
        }
        return members
    }

    /// `:line:column` of the value at a path like `receivers[0].webhook.url`, or of the innermost part of it that is there.
    func place(of path: String) -> String? {
        var steps = path.split { ".[".contains($0) }
        guard let top = steps.first, let member = members.first(where: { $0.key == top }) else { return nil }
        var (node, place) = (member.node, member.place)
        steps.removeFirst()
        for step in steps {
            if step.hasSuffix("]"), let index = Int(step.dropLast()), case .sequence(let elements) = node, elements.indices.contains(index)
            {
                node = elements[index]
                place = node.place
            } else if case .mapping(let mapping) = node, let pair = mapping.first(where: { $0.key.scalar?.string == String(step) }) {
                node = pair.value
                place = pair.key.place
            } else {
                break
            }
        }
        return place
    }

    private static func value(of scalar: Node.Scalar) -> JSONValue {
        guard scalar.style == .plain, scalar.tag.description != "tag:yaml.org,2002:str" else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: break
        }
        let text = scalar.string
        let digits = text.utf8.allSatisfy { "0123456789.-".utf8.contains($0) }
        if digits, let integer = Int(text) { return .integer(integer) }
        if digits, text.last != ".", let number = Double(text) { return .number(number) }
        return .string(text)
    }
}

extension Node {
    /// `:line:column`; empty where that is not known.
    var place: String { mark.map { ":\($0.line):\($0.column)" } ?? "" }
}
