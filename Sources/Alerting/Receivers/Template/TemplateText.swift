internal import Mustache

/// A text within a template; an empty one counts as absent, so that `{{#name}}…{{/name}}` asks whether there is one.
struct TemplateText: MustacheCustomRenderable, MustacheParent, MustacheTransformable {
    /// `{{a(b(c(d(name))))}}` is enough for anybody, and `markdown` may double a text.
    private static let longestChain = 4

    private let text: String
    private let meter: TemplateMeter
    private var chain = 0

    init(_ text: String, _ meter: TemplateMeter) {
        self.text = text
        self.meter = meter
    }

    /// The text, unless the template has had too much.
    var renderText: String { meter.spend(text.utf8.count) ? text : "" }
    var isNull: Bool { text.isEmpty }

    /// Nothing is inside a text; without this the library would look at its properties.
    func child(named name: String) -> Any? { nil }

    /// `{{cut130(name)}}` and the like, `markdown`, `slack`, `uppercased`, `lowercased` and `empty`; they can be nested.
    func transform(_ name: String) -> Any? {
        guard chain < Self.longestChain, meter.spend(text.utf8.count) else { return nil }
        switch name {
        case "empty": return text.isEmpty
        case "lowercased": return changed(to: text.lowercased())
        case "uppercased": return changed(to: text.uppercased())
        case "markdown": return changed(to: markdown)
        case "slack": return changed(to: slack)
        // Unsigned and short of overflow: the number is whatever somebody wrote.
        case _ where name.hasPrefix("cut"):
            if let limit = UInt32(name.dropFirst(3)) { return changed(to: cut(to: Int(limit))) }
        default: break
        }
        // Without it the library would insert nothing, and nobody would know why.
        meter.note(missing: "the transform \(name)")
        return nil
    }

    private func changed(to text: String) -> TemplateText {
        var changed = TemplateText(text, meter)
        changed.chain = chain + 1
        return changed
    }

    /// At most `limit` UTF-16 units, by which the strictest receivers count; whole characters only.
    private func cut(to limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        var (result, room) = ("", limit - 1)
        for character in text {
            room -= character.utf16.count
            guard room >= 0 else { break }
            result.append(character)
        }
        return limit > 0 ? result + "…" : ""
    }

    /// With a backslash before whatever could make a link, a mention or a style.
    private var markdown: String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if "\\`*_~|[]()<>#:@".unicodeScalars.contains(scalar) { result.append("\\") }
            result.unicodeScalars.append(scalar)
        }
    }

    /// With the three characters escaped that Slack builds mentions and links of.
    private var slack: String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}

/// A number within a template; `{{#name}}…{{/name}}` asks whether it is more than 0.
struct TemplateCount: MustacheCustomRenderable, MustacheParent {
    let value: Int

    init(_ value: Int) { self.value = value }

    var renderText: String { String(value) }
    var isNull: Bool { value <= 0 }
    func child(named name: String) -> Any? { nil }
}
