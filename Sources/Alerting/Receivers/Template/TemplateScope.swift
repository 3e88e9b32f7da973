internal import Mustache

/// What a template finds by name.
struct TemplateScope: MustacheParent, MustacheCustomRenderable {
    private let values: [String: Any]
    private let path: String
    private let meter: TemplateMeter?

    /// - Parameters:
    ///   - path: stands before a name that is missing.
    ///   - meter: is told of names that are missing; nil where an outer scope may have them.
    init(_ values: [String: Any], path: String = "", meter: TemplateMeter? = nil) {
        self.values = values
        self.path = path
        self.meter = meter
    }

    /// A whole scope has no text, lest `{{.}}` shows what is in it.
    var renderText: String { "" }
    var isNull: Bool { false }
    /// Every name that can be asked for.
    var names: [String] { values.keys.sorted() }

    func child(named name: String) -> Any? {
        if values[name] == nil { meter?.note(missing: path + name) }
        return values[name]
    }
}
