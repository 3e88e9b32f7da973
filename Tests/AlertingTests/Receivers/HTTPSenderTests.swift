import Foundation
import RealServers
import TenantCore
import Testing

@testable import Alerting

/// What goes over the wire, and what is made of the answer.
struct HTTPSenderTests {
    private let secret = "T000/B000/abcdefghijklmnopqrstuvwx"

    private func endpoint(
        _ server: ScriptedServer, credentials: ReceiverEndpoint.Credentials? = nil, headers: [(String, String)] = []
    ) -> ReceiverEndpoint {
        ReceiverEndpoint(
            url: Secret("http://\(server.address)/services/\(secret)"), host: "hooks.example.com", credentials: credentials,
            headers: headers.map { ReceiverEndpoint.Header(name: $0.0, value: Secret($0.1)) })
    }

    private func send(
        _ kind: ReceiverSettings.Kind, signingSecrets: [Secret] = [], _ notification: Alerting.Notification = Sample.notification()
    ) -> DeliveryOutcome {
        let settings = ReceiverSettings(name: "ops", kind: kind, signingSecrets: signingSecrets)
        guard let sender = HTTPSender(settings, externalURL: "https://watch.example.com") else { return .gone(problem: "no sender") }
        return sender.send(notification, attempt: 1, at: Date(timeIntervalSince1970: 1_614_265_330))
    }

    private func answer(_ status: Int, _ body: String = "", headers: [String] = []) throws -> DeliveryOutcome {
        let server = try Sample.server { _ in ScriptedServer.http(status, body, headers: headers) }
        return send(.webhook(endpoint(server)))
    }

    @Test func `a notification is posted with credentials and the operator's headers`() throws {
        let server = try Sample.server { _ in ScriptedServer.http(200) }
        let credentials = ReceiverEndpoint.Credentials.basic(username: "ops", password: Secret("pass word"))
        #expect(send(.webhook(endpoint(server, credentials: credentials, headers: [("X-Team", "blue")]))) == .delivered)
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /services/\(secret) HTTP/1.1\r\n"))
        #expect(request.contains("\r\nContent-Type: application/json\r\n"))
        #expect(request.contains("\r\nAuthorization: Basic b3BzOnBhc3Mgd29yZA==\r\n"))
        #expect(request.contains("\r\nX-Team: blue\r\n"))
        #expect(!request.lowercased().contains("\r\nexpect:"))
        #expect(!request.contains("webhook-id"))
    }

    @Test func `the signature is that of the body which arrives`() throws {
        let server = try Sample.server { _ in ScriptedServer.http(200) }
        let signing = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let notification = Sample.notification()
        let kind = ReceiverSettings.Kind.webhook(endpoint(server, credentials: .bearer(Secret("abc"))))
        #expect(send(kind, signingSecrets: [signing], notification) == .delivered)
        let request = try #require(server.requests.first)
        let body = try #require(request.range(of: "\r\n\r\n").map { Array(request[$0.upperBound...].utf8) })
        let headers = StandardWebhooks(secrets: [signing])
            .headers(id: notification.id, at: Date(timeIntervalSince1970: 1_614_265_330), body: body)
        #expect(headers.count == 3)
        for header in headers { #expect(request.contains("\r\n\(header)\r\n")) }
        #expect(request.contains("\r\nAuthorization: Bearer abc\r\n"))
    }

    @Test func `Opsgenie closes at another URL than it opens at`() throws {
        let server = try Sample.server { _ in ScriptedServer.http(202) }
        #expect(send(.opsgenie(endpoint(server))) == .delivered)
        #expect(send(.opsgenie(endpoint(server)), Sample.notification([Sample.alert(endsAt: 5)])) == .delivered)
        #expect(server.requests.first?.hasPrefix("POST /services/\(secret) HTTP/1.1\r\n") == true)
        #expect(server.requests.last?.split(separator: "\r\n").first?.hasSuffix("/close?identifierType=alias HTTP/1.1") == true)
    }

    @Test(arguments: [("/v2/alerts?key=x", "?identifierType=alias&key=x"), ("/v2/alerts/", "?identifierType=alias")])
    func `the query of a URL stays behind the path that is added`(path: String, query: String) throws {
        let server = try Sample.server { _ in ScriptedServer.http(202) }
        let endpoint = ReceiverEndpoint(url: Secret("http://\(server.address)\(path)"), host: "api.example.com")
        #expect(send(.opsgenie(endpoint), Sample.notification([Sample.alert(endsAt: 5)])) == .delivered)
        let target = try #require(server.requests.first?.split(separator: " ").dropFirst().first)
        #expect(target.hasPrefix("/v2/alerts/") && !target.contains("//"))
        #expect(target.hasSuffix("/close\(query)"))
    }

    @Test(
        arguments: [
            (200, .delivered), (204, .delivered), (299, .delivered), (410, .gone(problem: "hooks.example.com answered HTTP 410")),
            (
                301,
                .failed(
                    problem: "hooks.example.com answered a redirect (HTTP 301), which is not followed", retryAfter: nil,
                    isReceiverWide: false)
            ), (400, .failed(problem: "hooks.example.com answered HTTP 400", retryAfter: nil, isReceiverWide: false)),
            (404, .failed(problem: "hooks.example.com answered HTTP 404", retryAfter: nil, isReceiverWide: false)),
            (429, .failed(problem: "hooks.example.com answered HTTP 429", retryAfter: .seconds(60), isReceiverWide: true)),
            (408, .failed(problem: "hooks.example.com answered HTTP 408", retryAfter: nil, isReceiverWide: false)),
            (413, .failed(problem: "hooks.example.com answered HTTP 413", retryAfter: nil, isReceiverWide: false)),
            (500, .failed(problem: "hooks.example.com answered HTTP 500", retryAfter: nil, isReceiverWide: true)),
            (501, .failed(problem: "hooks.example.com answered HTTP 501", retryAfter: nil, isReceiverWide: true)),
            (599, .failed(problem: "hooks.example.com answered HTTP 599", retryAfter: nil, isReceiverWide: true)),
            (502, .failed(problem: "hooks.example.com answered HTTP 502", retryAfter: nil, isReceiverWide: true)),
            (503, .failed(problem: "hooks.example.com answered HTTP 503", retryAfter: nil, isReceiverWide: true)),
            (504, .failed(problem: "hooks.example.com answered HTTP 504", retryAfter: nil, isReceiverWide: true)),
        ] as [(Int, DeliveryOutcome)])
    func `the status says what becomes of a notification`(status: Int, outcome: DeliveryOutcome) throws {
        let headers = status == 301 ? ["Location: http://127.0.0.1:1/"] : []
        #expect(try answer(status, headers: headers) == outcome)
    }

    @Test(arguments: [("7", 7), ("86400", 3600)])
    func `a receiver may ask for time, but for an hour at most`(text: String, seconds: Int) throws {
        let outcome = try answer(429, headers: ["Retry-After: \(text)"])
        #expect(outcome == .failed(problem: "hooks.example.com answered HTTP 429", retryAfter: .seconds(seconds), isReceiverWide: true))
    }

    @Test(
        arguments: [
            ("no\r\nsuch\u{1B}[31m hook", "no such [31m hook"),
            ("Cannot POST /services/T000/B000/abcdefghijklmnopqrstuvwx", "Cannot POST <redacted>"),
            ("bad token abcdefghijklmnopqrstuvwx!", "bad token <redacted>!"),
            (String(repeating: "x", count: 250) + "abcdefghijklmnopqrstuvwx", String(repeating: "x", count: 250)),
            (String(repeating: "x", count: 5000), String(repeating: "x", count: 256)),
        ])
    func `an answer is quoted in part, on one line and without secrets`(body: String, quote: String) throws {
        #expect(
            try answer(400, body)
                == .failed(problem: "hooks.example.com answered HTTP 400: \(quote)", retryAfter: nil, isReceiverWide: false))
    }

    @Test func `nobody who answers is trouble for the whole receiver`() throws {
        let server = try Sample.server { _ in .close }
        let outcome = send(.webhook(endpoint(server)))
        guard case .failed(let problem, nil, true) = outcome else {
            Issue.record("the outcome is another")
            return
        }
        #expect(problem.hasPrefix("hooks.example.com "))
        #expect(!problem.contains("T000"))
    }

    @Test func `what would break a header is not sent`() throws {
        let server = try Sample.server { _ in ScriptedServer.http(200) }
        let outcome = send(.webhook(endpoint(server, headers: [("X-Team", "a\r\nX-Evil: b")])))
        let problem = "nothing is sent to hooks.example.com: the value of the header X-Team has a line break"
        #expect(outcome == .failed(problem: problem, retryAfter: nil, isReceiverWide: true))
        #expect(server.requests.isEmpty)
    }

    @Test func `nothing is sent unsigned that should be signed`() throws {
        let server = try Sample.server { _ in ScriptedServer.http(200) }
        let outcome = send(.webhook(endpoint(server)), signingSecrets: [Secret("whsec_short")])
        #expect(outcome == .failed(problem: "a signing secret is not base64 after whsec_", retryAfter: nil, isReceiverWide: true))
        #expect(server.requests.isEmpty)
    }

    @Test func `a template that makes no JSON fails the attempt`() throws {
        let server = try Sample.server { _ in ScriptedServer.http(200) }
        let outcome = send(.template(endpoint(server), TemplateSettings(source: "[}", format: .json)))
        let problem = "the template made no JSON, see line 1, column 2 of what it made: a value cannot start like this; } was found"
        #expect(outcome == .failed(problem: problem, retryAfter: nil, isReceiverWide: false))
        #expect(server.requests.isEmpty)
    }

    @Test func `a service's body is JSON and signed, and its key is kept out of problems`() throws {
        let server = try Sample.server { request in
            ScriptedServer.http(400, "bad key \(request.contains("sesame-sesame") ? "sesame-sesame" : "")")
        }
        let outcome = send(
            .pagerDuty(endpoint(server), routingKey: Secret("sesame-sesame")),
            signingSecrets: [Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])
        let problem = "hooks.example.com answered HTTP 400: bad key <redacted>"
        #expect(outcome == .failed(problem: problem, retryAfter: nil, isReceiverWide: false))
        let request = try #require(server.requests.first)
        #expect(request.contains("\r\nContent-Type: application/json\r\n") && request.contains("\r\nwebhook-signature: v1,"))
    }

    @Test(
        arguments: [
            (.json, "\"x\"", "application/json"), (.form, "a=b", "application/x-www-form-urlencoded"),
            (.text, "x", "text/plain; charset=utf-8"),
        ] as [(TemplateSettings.Format, String, String)])
    func `a body says what it is`(format: TemplateSettings.Format, source: String, type: String) throws {
        let server = try Sample.server { _ in ScriptedServer.http(200) }
        #expect(send(.template(endpoint(server), TemplateSettings(source: source, format: format))) == .delivered)
        #expect(server.requests.first?.contains("\r\nContent-Type: \(type)\r\n") == true)
        #expect(server.requests.first?.hasSuffix("\r\n\r\n\(source)") == true)
    }
}
