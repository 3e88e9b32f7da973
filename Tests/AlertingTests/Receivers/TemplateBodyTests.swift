import BlockingIO
import Foundation
import Platform
import TenantCore
import Testing

@testable import Alerting

/// What an operator's template can say, and how what it inserts is escaped.
struct TemplateBodyTests {
    @Test(
        arguments: [
            ("{{status}} {{kind}} {{receiver}} {{severity}}", "firing change ops critical"),
            ("{{summary}}", "Down: 2 tenants, acme, globex"),
            ("{{firingCount}}/{{resolvedCount}}/{{truncatedCount}}/{{tenantCount}}", "2/0/0/2"),
            ("{{#truncatedCount}}more{{/truncatedCount}}{{^truncatedCount}}all{{/truncatedCount}}", "all"),
            ("{{#isFiring}}on{{/isFiring}}{{#isResolved}}off{{/isResolved}}", "on"),
            ("{{groupLabels.alertname}} {{groupLabels.nothing}}", "Down "),
            ("{{#groupLabels}}{{name}}={{value}}{{^last()}} {{/last()}}{{/groupLabels}}", "alertname=Down"),
            ("{{#tenants}}{{.}}{{^last()}}, {{/last()}}{{/tenants}}", "acme, globex"),
            (
                "{{#alerts}}{{tenant}}/{{dependency}} {{reason}} {{labels.tenant}}{{^last()}}; {{/last()}}{{/alerts}}",
                "acme/redis refused acme; globex/redis refused globex"
            ),
            ("{{#alerts}}{{^endsAt}}{{startsAt}} {{/endsAt}}{{/alerts}}", "2026-01-02T03:04:05.000Z 2026-01-02T03:04:05.000Z "),
            ("{{#alerts}}{{annotations.summary}}{{^last()}}, {{/last()}}{{/alerts}}", "redis is down, redis is down"),
            ("{{externalURL}} {{parameters.channel}}", "https://watch.example.com #ops"), ("{{uppercased(status)}}", "FIRING"),
            ("{{cut5(summary)}}", "Down…"), ("{{cut65535(status)}}", "firing"), ("{{cut500(summary)}}", "Down: 2 tenants, acme, globex"),
            ("{{.}}{{groupLabels}}{{parameters}}", ""),
        ])
    func `a template says what it is told to`(source: String, text: String) throws {
        let notification = Sample.notification([Sample.alert("acme"), Sample.alert("globex")])
        #expect(try Sample.render(source, parameters: ["channel": "#ops"], of: notification) == text)
    }

    @Test func `the key is the same for each notification of a group, and another for each receiver and group`() throws {
        let key = { try Sample.render("{{dedupKey}}", of: $0) }
        let first = try key(Sample.notification())
        #expect(first.count == 64)
        #expect(try key(Sample.notification([Sample.alert(endsAt: 5)], kind: .reminder)) == first)
        #expect(try key(Sample.notification(receiver: "dev")) != first)
        #expect(try key(Sample.notification(group: ["alertname": "Up"])) != first)
    }

    @Test(
        arguments: [
            (["info", "critical", "warning"], [nil, nil, nil], "critical"), (["info", "critical", "warning"], [nil, 5, nil], "warning"),
            (["info", "critical"], [5, 5], "critical"), (["odd"], [nil], "info"),
        ] as [([String], [Double?], String)])
    func `the severity is the worst of what fires, or of all once nothing does`(
        severities: [String], ends: [Double?], worst: String
    ) throws {
        let alerts = zip(severities, ends).map { Sample.alert("tenant-\($0)", endsAt: $1, labels: ["severity": $0]) }
        #expect(try Sample.render("{{severity}}", of: Sample.notification(alerts)) == worst)
    }

    @Test(arguments: Sample.hostileTexts)
    func `a text comes back from JSON as it went in`(hostile: Sample.Hostile) throws {
        let text = hostile.text
        let source = #"{"a": [{{#alerts}}"{{annotations.reason}}"{{^last()}}, {{/last()}}{{/alerts}}]}"#
        let body = try Sample.render(source, .json, of: Sample.hostile(text))
        #expect(try JSONValue.parse(body.utf8).at("a") == .array([.string(text), .string(text), .string(text)]))
    }

    @Test(arguments: Sample.hostileTexts)
    func `a text comes back from a form as it went in`(hostile: Sample.Hostile) throws {
        let text = hostile.text
        let body = try Sample.render("a={{parameters.a}}&b=c", .form, parameters: ["a": text])
        #expect(body.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        let fields = body.split(separator: "&", omittingEmptySubsequences: false)
        #expect(fields.count == 2)
        #expect(fields.first?.dropFirst(2).removingPercentEncoding == text)
    }

    @Test func `three braces insert a text as it is, which is not JSON for long`() throws {
        let source = #"{"a": "{{{summary}}}"}"#
        #expect(try Sample.render(source, .json) == #"{"a": "redis is down"}"#)
        let quote = Sample.notification([Sample.alert(summary: "\"")])
        #expect(throws: TemplateProblem.self) { try Sample.render(source, .json, of: quote) }
    }

    @Test(
        arguments: [
            ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "cut12", "👩‍👩‍👧‍👦…"), ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "cut11", "…"), ("abc", "cut3", "abc"), ("abcd", "cut3", "ab…"), ("abc", "cut0", ""),
            ("a*b_[c](d) @x", "markdown", "a\\*b\\_\\[c\\]\\(d\\) \\@x"), ("<!channel> & co", "slack", "&lt;!channel&gt; &amp; co"),
        ])
    func `texts are cut between characters and disarmed`(text: String, transform: String, result: String) throws {
        #expect(try Sample.render("{{\(transform)(parameters.a)}}", parameters: ["a": text]) == result)
    }

    @Test func `what follows the URL is there once all is resolved`() throws {
        let suffix = Secret("/{{receiver}}/close?a={{status}}")
        let settings = TemplateSettings(source: "x", format: .text, parameters: ["resolved_url_suffix": suffix])
        let body = try TemplateBody(settings, externalURL: "")
        #expect(body.suffix(for: Sample.notification(receiver: "a b")) == "")
        #expect(body.suffix(for: Sample.notification([Sample.alert(endsAt: 5)], receiver: "a b")) == "/a%20b/close?a=resolved")
    }

    @Test(
        arguments: [
            ("{\"a\": \"{{summary}}\"}", nil),
            ("{\"a\": {{#alerts}}", "the template cannot be read at line 1, column 18: a section is not closed"),
            (
                "{\n{{#alerts}}{{/alert}}",
                "the template cannot be read at line 2, column 15: a section is closed by another name than it was opened with"
            ),
            ("{{#summary", "the template cannot be read at line 1, column 11: a tag is not finished"),
            ("{\"a\": \"{{sumary}}\"}", "the template uses sumary, which does not exist; did you mean summary?"),
            ("{\"a\": \"{{parameters.key}}\"}", "the template uses parameters.key, which is not given"),
            ("{{=<% %>=}}{}", "the template uses {{=…}}, which is not supported"),
            (String(repeating: "{{#a}}", count: 11) + "}}", "the template has sections that are nested deeper than 10"),
            (String(repeating: "{{#a}}{{!{{/a}}", count: 11), "the template has sections that are nested deeper than 10"),
            (
                "{\"a\": \"{{cut-9223372036854775808(summary)}}\"}",
                "the template uses the transform cut-9223372036854775808, which does not exist"
            ), ("{\"a\": \"{{shout(summary)}}\"}", "the template uses the transform shout, which does not exist"),
            ("{{cut1(cut1(cut1(cut1(cut1(status)))))}}", "the template has a tag with more than 4 transforms"),
            (String(repeating: " ", count: 32_769), "the template is longer than 32768 bytes"),
            ("{\"a\": \"{{> other}}\"}", "the template uses {{>…}}, which is not supported"),
        ] as [(String, String?)])
    func `a template that cannot work is refused with its place`(source: String, problem: String?) {
        #expect(TemplateBody.problem(with: TemplateSettings(source: source, format: .json)) == problem)
    }

    @Test(
        arguments: [
            "{\"a\": \"{{{summary}}}\"}", "{\"a\": {{summary}}}", "[{{#alerts}}\"{{tenant}}\",{{/alerts}}]", "",
            "{{#isFiring}}{}{{/isFiring}}", "{\"a\": 1, \"a\": 2}", "{{% CONTENT_TYPE:TEXT}}\"{{summary}}\"",
        ])
    func `a template that makes no JSON of hostile texts is refused before it has to`(source: String) throws {
        let problem = try #require(TemplateBody.problem(with: TemplateSettings(source: source, format: .json)))
        #expect(problem.contains("the template made no JSON, see line 1, column"))
    }

    @Test(
        arguments: [
            String(repeating: "{{#alerts}}{{#labels}}", count: 5) + String(repeating: "{{/labels}}{{/alerts}}", count: 5),
            String(repeating: "{{#alerts}}", count: 10) + "x" + String(repeating: "{{/alerts}}", count: 10),
            "{{#alertList}}" + String(repeating: "{{.}}", count: 6000) + "{{/alertList}}",
            "{{#alerts}}" + String(repeating: "{{alertList}}", count: 2000) + "{{/alerts}}",
        ])
    func `a template that asks for too much is stopped soon`(source: String) throws {
        let alerts = (0..<100).map { Sample.alert("tenant-\($0)", summary: String(repeating: "x", count: 200)) }
        let problem = "the template made more than 1048576 bytes, or took too long"
        #expect(throws: TemplateProblem(description: problem)) { try Sample.render(source, of: Sample.notification(alerts)) }
    }

    @Test func `the deepest template that is allowed fits on a thread of the agent`() throws {
        let source = String(repeating: "{{#summary}}", count: 10) + "x" + String(repeating: "{{/summary}}", count: 10)
        let result = Guarded("")
        let worker = Worker(name: "test") {
            let text = (try? Sample.render(source)) ?? "failed"
            result.withLock { $0 = text }
        }
        #expect(worker.join(within: .seconds(60)))
        #expect(result.withLock { $0 } == "x")
    }

    @Test func `a URL's end that is no path is refused, for it could change the host`() {
        let settings = TemplateSettings(source: "x", format: .text, parameters: ["resolved_url_suffix": Secret(".evil.example/")])
        #expect(TemplateBody.problem(with: settings) == "resolved_url_suffix does not begin with /")
    }

    @Test func `a URL's end that is no URL's is refused`() throws {
        let settings = TemplateSettings(source: "x", format: .text, parameters: ["resolved_url_suffix": Secret("/a b")])
        #expect(try #require(TemplateBody.problem(with: settings)).hasSuffix("has a space or a character that must be percent-encoded"))
    }
}
