internal import FoundationEssentials
internal import Mustache
internal import TenantCore

/// Why a template cannot be used, or did not make what it should.
struct TemplateProblem: Error, Equatable, CustomStringConvertible {
    /// One sentence that quotes neither parameters nor texts.
    var description: String
}

/// A body that an operator's Mustache template makes of a notification.
///
/// Inserted texts are escaped for the format; `{{{name}}}` and `{{&name}}` insert them as they are. Between the elements
/// of a list write `{{^last()}},{{/last()}}`:
///
///     {"alerts": [{{#alerts}}{"tenant": "{{tenant}}"}{{^last()}},{{/last()}}{{/alerts}}]}
///
/// `{{cut130(summary)}}` shortens to 130; `markdown` and `slack` disarm what would make links and mentions there. A text
/// that is empty and a number that is 0 count as absent: `{{#truncatedCount}}and {{truncatedCount}} more{{/truncatedCount}}`.
struct TemplateBody: Sendable {
    /// The parameter that says what follows the URL once all is resolved, for receivers that close elsewhere; Mustache too.
    static let suffixParameter = "resolved_url_suffix"
    private static let longestSource = 32 * 1024
    private static let longestBody = 1024 * 1024

    let settings: TemplateSettings
    private let externalURL: String
    private let template: MustacheTemplate
    private let suffixTemplate: MustacheTemplate?

    init(_ settings: TemplateSettings, externalURL: String) throws(TemplateProblem) {
        self.settings = settings
        self.externalURL = externalURL
        template = try Self.parse(settings.source, format: settings.format)
        guard let suffix = settings.parameters[Self.suffixParameter] else {
            suffixTemplate = nil
            return
        }
        suffixTemplate = try suffix.reveal { source throws(TemplateProblem) in
            // Otherwise it could change the host.
            guard source.hasPrefix("/") else { throw TemplateProblem(description: "\(Self.suffixParameter) does not begin with /") }
            return try Self.parse(source, format: .form)
        }
    }

    /// Of the request that carries the body.
    var contentType: String {
        switch settings.format {
        case .json: "application/json"
        case .form: "application/x-www-form-urlencoded"
        case .text: "text/plain; charset=utf-8"
        }
    }

    /// The body of `notification`.
    ///
    /// - Throws: `TemplateProblem` when it is too large, or should be JSON and is not.
    func render(_ notification: Notification) throws(TemplateProblem) -> [UInt8] {
        try render(notification, TemplateMeter(source: settings.source))
    }

    func render(_ notification: Notification, _ meter: TemplateMeter) throws(TemplateProblem) -> [UInt8] {
        let body = Array(template.render(scope(notification, meter)).utf8)
        guard !meter.isExhausted, body.count <= Self.longestBody else {
            throw TemplateProblem(description: "the template made more than \(Self.longestBody) bytes, or took too long")
        }
        guard settings.format == .json else { return body }
        do throws(JSONError) {
            _ = try JSONValue.parse(body)
        } catch {
            let place = "line \(error.line), column \(error.column)"
            throw TemplateProblem(description: "the template made no JSON, see \(place) of what it made: \(error.problem)")
        }
        return body
    }

    /// What follows the URL.
    func suffix(for notification: Notification) -> String { suffix(for: notification, TemplateMeter(source: settings.source)) }

    func suffix(for notification: Notification, _ meter: TemplateMeter) -> String {
        guard !notification.isFiring, let suffixTemplate else { return "" }
        return suffixTemplate.render(scope(notification, meter))
    }

    private func scope(_ notification: Notification, _ meter: TemplateMeter) -> TemplateScope {
        TemplateScope(notification, parameters: settings.parameters, externalURL: externalURL, meter: meter)
    }

    private static func parse(_ source: String, format: TemplateSettings.Format) throws(TemplateProblem) -> MustacheTemplate {
        guard source.utf8.count <= longestSource else {
            throw TemplateProblem(description: "the template is longer than \(longestSource) bytes")
        }
        if let problem = TemplateTags.problem(in: source) { throw TemplateProblem(description: "the template \(problem)") }
        do {
            return try MustacheTemplate(string: TemplateEscaping.pragma(for: format) + source)
        } catch {
            throw TemplateProblem(parsing: error)
        }
    }
}

extension TemplateProblem {
    /// What the library says of a template; the first of its lines is ours.
    fileprivate init(parsing error: any Error) {
        guard let error = error as? MustacheTemplate.ParserError else {
            self.init(description: "the template cannot be read")
            return
        }
        let problem =
            switch error.error as? MustacheTemplate.Error {
            case .sectionCloseNameIncorrect: "a section is closed by another name than it was opened with"
            case .unfinishedName: "a tag has no proper name, or does not end in }}"
            case .expectedSectionEnd: "a section is not closed"
            case .invalidSetDelimiter: "the delimiters are not set properly"
            case .invalidConfigVariableSyntax, .unrecognisedConfigVariable: "{{% knows only CONTENT_TYPE: JSON, FORM, TEXT or HTML"
            default: "a tag is not finished"
            }
        let place = "line \(max(error.context.lineNumber - 1, 1)), column \(error.context.columnNumber)"
        self.init(description: "the template cannot be read at \(place): \(problem)")
    }
}
