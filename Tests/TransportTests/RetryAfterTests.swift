import Foundation
import RealServers
import TenantCore
import Testing
import Transport

/// How long a server asks us to wait.
struct RetryAfterTests {
    private func wait(_ header: String) throws -> Duration? {
        let server = try ScriptedServer { _ in
            .sendAndClose(Array("HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\(header)\r\n".utf8))
        }
        var session = try HTTPSession.open()
        let request = HTTPRequest(url: Secret("http://\(server.address)/"), target: "server", bodyLimit: 64)
        return try session.exchange(request, before: .now + .seconds(5)).retryAfter
    }

    @Test(arguments: [("1.5", 1500), ("0.25", 250), (".5", 500), ("2.", 2000), ("-0.5", 0)])
    func `fractions of a second count too`(text: String, milliseconds: Int) throws {
        #expect(try wait("Retry-After: \(text)\r\n") == .milliseconds(milliseconds))
    }

    @Test(arguments: ["99999999999999999999", "1" + String(repeating: "0", count: 300), String(repeating: "9", count: 400)])
    func `a wait beyond all numbers is a long one`(text: String) throws {
        #expect(try #require(try wait("Retry-After: \(text)\r\n")) > .seconds(24 * 3600))
    }

    @Test func `of two headers the last counts`() throws {
        #expect(try wait("Retry-After: 5\r\nRETRY-AFTER:9\r\n") == .seconds(9))
    }

    @Test(arguments: [("120", 120), (" 7 ", 7), ("-3", 0), ("0", 0)]) func `seconds are taken as they are, and never below zero`(
        text: String, seconds: Int
    ) throws {
        #expect(try wait("Retry-After: \(text)\r\n") == .seconds(seconds))
    }

    @Test(arguments: ["EEE, dd MMM yyyy HH:mm:ss 'GMT'", "EEEE, dd-MMM-yy HH:mm:ss 'GMT'", "EEE MMM dd HH:mm:ss yyyy"])
    func `a date in any of HTTP's forms is a time from now`(format: String) throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = format
        let wish = try #require(try wait("Retry-After: \(formatter.string(from: Date() + 600))\r\n"))
        #expect((.seconds(590)...(.seconds(600))).contains(wish))
        #expect(try wait("Retry-After: \(formatter.string(from: Date() - 600))\r\n") == .zero)
    }

    @Test(arguments: [
        "", "Retry-After: soon\r\n", "Retry-After:\r\n", "Retry-After: -\r\n", "Retry-After: 1.2.3\r\n", "Retry-After: inf\r\n",
        "Retry-After: nan\r\n",
    ]) func `what is neither says nothing`(header: String) throws {
        #expect(try wait(header) == nil)
    }
}
