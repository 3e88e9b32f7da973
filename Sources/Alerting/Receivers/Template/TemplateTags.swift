/// What the tags of a template must be like before the library may read it.
///
/// The library calls itself for each section in a section and each transform of a transform, at some 15 KB of stack a
/// time, and its worst template ends the process. So this reads the tags as it does, by characters, and refuses first.
enum TemplateTags {
    private static let deepest = 10
    private static let mostTransforms = 4

    /// Why the library may not read `source`, nil when it may.
    static func problem(in source: String) -> String? {
        var rest = Array(source)[...]
        var depth = 0
        while let opening = rest.firstRange(of: ["{", "{"]) {
            rest = rest[opening.upperBound...]
            // Without its end a tag is an error, which the library says best.
            guard let closing = rest.firstRange(of: ["}", "}"]) else { return nil }
            let tag = rest[..<closing.lowerBound]
            rest = rest[closing.upperBound...]
            switch tag.first {
            case "!": continue
            case "#", "^": depth += 1
            case "/": depth -= 1
            // A partial that is not known renders as nothing; other delimiters would hide tags from us.
            case let kind? where "><$=".contains(kind): return "uses {{\(kind)…}}, which is not supported"
            default: break
            }
            guard depth <= deepest else { return "has sections that are nested deeper than \(deepest)" }
            guard tag.count(where: { $0 == "(" }) <= mostTransforms else { return "has a tag with more than \(mostTransforms) transforms" }
        }
        return nil
    }
}
