internal import Mustache

/// What a template goes through one by one, as far as its meter allows.
struct TemplateList: MustacheSequence, MustacheParent, MustacheCustomRenderable {
    private let elements: [Any]
    private let names: [String: TemplateText]
    private let meter: TemplateMeter

    init(_ elements: [Any], _ meter: TemplateMeter) {
        self.elements = elements
        self.meter = meter
        names = [:]
    }

    /// Labels: to be had by name too (`labels.tenant`), or as `name` and `value`, sorted by name.
    init(labels: [String: String], _ meter: TemplateMeter) {
        self.meter = meter
        names = labels.mapValues { TemplateText($0, meter) }
        elements = labels.sorted { $0.key < $1.key }.map { name, value in
            TemplateScope(["name": TemplateText(name, meter), "value": TemplateText(value, meter)])
        }
    }

    /// A whole list has no text.
    var renderText: String { "" }
    var isNull: Bool { elements.isEmpty }

    func child(named name: String) -> Any? { names[name] }

    func makeIterator() -> IndexingIterator<[Any]> {
        (meter.spend(turns: elements.count) ? elements : []).makeIterator()
    }
}
