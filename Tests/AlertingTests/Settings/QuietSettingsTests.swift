import Alerting
import Foundation
import TenantCore
import Testing

/// `inhibitions`, `maintenance`, `heartbeat` and `outbox_limit`.
struct QuietSettingsTests {
    private let inhibition = #"{"source": ["alertname=\"TenantwatchAgentLate\""], "target": ["severity=info"], "equal": ["tenant"]}"#

    @Test func `inhibitions join the built-in one`() throws {
        let (settings, issues) = try settings(#""inhibitions": [\#(inhibition)]"#)
        #expect(issues.isEmpty)
        let own = Inhibition(
            source: [Matcher("alertname", equals: "TenantwatchAgentLate")], target: [Matcher("severity", equals: "info")], equal: ["tenant"]
        )
        #expect(settings.inhibitions == [.backendDown, own])
    }

    @Test(arguments: [
        (#"alertname=\"TenantwatchAgentLatte\""#, "Did you mean \"TenantwatchAgentLate\"?"), ("severity=crit", "Use one of"),
    ]) func `a matcher that no alert can meet is a warning`(matcher: String, fix: String) throws {
        let (_, issues) = try settings(#""inhibitions": [{"source": ["\#(matcher)"], "target": ["severity=info"], "equal": []}]"#)
        #expect(issues.map(\.path) == ["inhibitions[0].source[0]"])
        #expect(issues.first?.severity == .warning && issues.first?.fix.contains(fix) == true)
    }

    @Test func `an empty list means no inhibition at all`() throws {
        #expect(try settings("").settings.inhibitions == [.backendDown])
        #expect(try settings(#""inhibitions": []"#).settings.inhibitions == [])
    }

    @Test func `a maintenance window arrives as it is written`() throws {
        let (settings, issues) = try settings(
            """
            "maintenance": [{"name": "patches", "matchers": ["tenant=acme"], "days": ["sat", "sun"], "start": "02:30", "duration": "90m",
                             "timezone": "Europe/Berlin"},
                            {"name": "nightly", "matchers": ["tenant=globex"], "start": "23:00", "duration": "168h", "timezone": "UTC"}]
            """)
        #expect(issues.isEmpty)
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        let patches = MaintenanceWindow(
            name: "patches", matchers: [Matcher("tenant", equals: "acme")], days: [.sat, .sun], startMinute: 150, duration: .seconds(5400),
            timeZone: berlin)
        #expect(settings.windows.first == patches)
        #expect(settings.windows.last?.days == Set(MaintenanceWindow.Day.allCases))
        #expect(settings.windows.last?.timeZone.secondsFromGMT() == 0)
    }

    @Test func `every name of the system's time zone database is a time zone`() throws {
        let root = "/usr/share/zoneinfo"
        let files = try #require(FileManager.default.enumerator(atPath: root)).compactMap { $0 as? String }
        // Other forms of the same zones, and two files that stand for a setting of the machine.
        let names = files.filter { name in
            !["posix/", "right/"].contains { name.hasPrefix($0) } && !["localtime", "posixrules"].contains(name)
                && FileManager.default.contents(atPath: "\(root)/\(name)")?.starts(with: Array("TZif".utf8)) == true
        }
        #expect(names.count > 400)
        for name in names + ["UTC", "Etc/GMT+5", "US/Pacific", "EST5EDT", "Asia/Calcutta", "Asia/Kolkata", "Japan", "GB", "Zulu"] {
            let (settings, issues) = try settings(Self.window(in: name))
            #expect(issues.isEmpty, "\(name)")
            #expect(settings.windows.count == 1, "\(name)")
        }
    }

    @Test(arguments: [
        "PST", "CEST", "GMT+5", "UTC+3", "+05:00", "Europe/berlin", "Mars/Olympus", "localtime", "", " UTC", "../../etc/passwd",
    ])
    func `what is no name of the database is no time zone`(name: String) throws {
        let (_, issues) = try settings(Self.window(in: name))
        #expect(issues.map(\.path) == ["maintenance[0].timezone"])
    }

    private static func window(in zone: String) -> String {
        #""maintenance": [{"name": "w", "matchers": ["tenant=acme"], "start": "02:30", "duration": "1h", "timezone": "\#(zone)"}]"#
    }

    @Test func `a heartbeat goes to a receiver or to a URL`() throws {
        let receiver = #""receivers": [{"name": "x", "webhook": {"url": "https://a"}}], "heartbeat": {"receiver": "x"}"#
        #expect(try settings(receiver).settings.heartbeat == .init(target: .receiver("x"), interval: .seconds(60)))
        let (settings, issues) = try settings(
            #""heartbeat": {"ping_url": {"env": "PING"}, "interval": "30s"}"#, environment: ["PING": "https://hc-ping.com/a"])
        #expect(issues.isEmpty)
        let endpoint = ReceiverEndpoint(url: Secret("https://hc-ping.com/a"), host: "hc-ping.com:443")
        #expect(settings.heartbeat == .init(target: .ping(endpoint), interval: .seconds(30)))
    }

    @Test func `the outbox has a limit`() throws {
        #expect(try settings("").settings.outboxLimit == 10_000)
        #expect(try settings(#""outbox_limit": 250"#).settings.outboxLimit == 250)
    }
}
