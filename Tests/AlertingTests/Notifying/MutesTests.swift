import Foundation
import Testing

@testable import Alerting

struct MutesTests {
    private func silence(_ matchers: String..., from start: Double = 0, to end: Double = 100) throws -> Silence {
        Silence(
            id: "sil_1", matchers: try matchers.map { try Matcher(parsing: $0) }, startsAt: date(start), endsAt: date(end), author: "ann",
            reason: "move")
    }

    @Test(arguments: [(-1.0, false), (0, true), (99, true), (100, false)]) func `a silence holds from its start to its end`(
        seconds: Double, isMuted: Bool
    ) throws {
        var mutes = Mutes(windows: [], inhibitions: [])
        mutes.put(try silence("tenant=acme"))
        _ = mutes.refresh(at: date(seconds))
        #expect((mutes.reason(for: alert("acme")) != nil) == isMuted)
        #expect(mutes.reason(for: alert("globex")) == nil)
        #expect(mutes.activeCount == (isMuted ? 1 : 0))
    }

    @Test func `all matchers must hold`() throws {
        var mutes = Mutes(windows: [], inhibitions: [])
        mutes.put(try silence("tenant=acme", "dependency=mongo"))
        _ = mutes.refresh(at: date(1))
        #expect(mutes.reason(for: alert("acme")) == nil)
        #expect(mutes.reason(for: alert("acme", "mongo")) == Mutes.Reason(kind: "silence", name: "sil_1", since: date(0)))
    }

    @Test func `whoever holds alerts back is told when that changes`() throws {
        var mutes = Mutes(windows: [], inhibitions: [])
        let changesWithoutAny = mutes.refresh(at: date(-10))
        #expect(!changesWithoutAny)
        mutes.put(try silence("tenant=acme"))
        let changes = [-5, 1, 2, 101, 102].map { mutes.refresh(at: date($0)) }
        #expect(changes == [false, true, false, true, false])
    }

    @Test func `an inhibition without equal values counts for every target, and never for its own source`() throws {
        let inhibition = Inhibition(
            source: [try Matcher(parsing: "dependency=mongo")], target: [try Matcher(parsing: "severity=critical")], equal: [])
        var mutes = Mutes(windows: [], inhibitions: [inhibition])
        #expect(mutes.reason(for: alert("b")) == nil)
        let begins = mutes.absorb(AlertChange(kind: .fired, alert: alert("a", "mongo"), at: date(0)))
        #expect(begins)
        #expect(mutes.reason(for: alert("b"))?.kind == "inhibition")
        #expect(mutes.reason(for: alert("b", severity: "warning")) == nil)
        #expect(mutes.reason(for: alert("a", "mongo")) == nil)
    }

    @Test func `a server that is down for all silences the slowness of its tenants, and of no others`() {
        var mutes = Mutes(windows: [], inhibitions: [.backendDown])
        let slow = alert("b", "redis", rule: "TenantwatchDependencyDegraded", severity: "warning", reason: "slow", isShared: false)
        let down = alert("a")
        let begins = mutes.absorb(AlertChange(kind: .fired, alert: down, at: date(0)))
        #expect(begins)
        #expect(mutes.reason(for: slow)?.kind == "inhibition")
        #expect(mutes.reason(for: down) == nil)
        #expect(mutes.reason(for: alert("b", rule: "TenantwatchDependencyDegraded", backend: "other:6379", reason: "slow")) == nil)
        let others = [
            mutes.absorb(AlertChange(kind: .fired, alert: alert("c"), at: date(1))),
            mutes.absorb(AlertChange(kind: .resolved, alert: ended(down, at: 2), at: date(2))),
        ]
        #expect(others == [false, false])
        #expect(mutes.reason(for: slow) != nil)
        let ends = mutes.absorb(AlertChange(kind: .resolved, alert: ended(alert("c"), at: 3), at: date(3)))
        #expect(ends)
        #expect(mutes.reason(for: slow) == nil)
    }

    @Test func `a tenant with a wrong password silences nobody`() {
        var mutes = Mutes(windows: [], inhibitions: [.backendDown])
        _ = mutes.absorb(AlertChange(kind: .fired, alert: alert("a", reason: "wrongpass", isShared: false), at: date(0)))
        #expect(mutes.reason(for: alert("b", rule: "TenantwatchDependencyDegraded", severity: "warning")) == nil)
    }
}

struct MaintenanceWindowTests {
    private func window(_ zone: String, days: Set<MaintenanceWindow.Day> = Set(MaintenanceWindow.Day.allCases), start: Int, hours: Int)
        throws
        -> MaintenanceWindow
    {
        MaintenanceWindow(
            name: "w", matchers: [], days: days, startMinute: start, duration: .seconds(hours * 3600),
            timeZone: try #require(TimeZone(identifier: zone)))
    }

    private func moment(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test(
        arguments: [
            // 02:00 in Berlin is 01:00 UTC in winter and 00:00 UTC in summer.
            ("2026-01-14T00:59:59Z", false), ("2026-01-14T01:00:00Z", true), ("2026-01-14T02:59:59Z", true),
            ("2026-01-14T03:00:00Z", false),
            ("2026-07-15T00:00:00Z", true), ("2026-07-15T02:00:00Z", false),
            // Not a Wednesday there.
            ("2026-01-15T01:30:00Z", false),
        ]) func `a window opens by the clocks of its zone`(text: String, isOpen: Bool) throws
    {
        let window = try window("Europe/Berlin", days: [.wed], start: 120, hours: 2)
        #expect((window.stretch(at: try moment(text)) != nil) == isOpen)
    }

    @Test(arguments: [("2026-01-17T23:30:00Z", true), ("2026-01-18T05:30:00Z", true), ("2026-01-18T06:30:00Z", false)])
    func `a window may go on into the next day`(text: String, isOpen: Bool) throws {
        let window = try window("UTC", days: [.sat], start: 23 * 60, hours: 7)
        #expect((window.stretch(at: try moment(text)) != nil) == isOpen)
    }

    @Test func `the hour that the clocks skip does not skip the window`() throws {
        // On 2026-03-29 in Berlin 02:00 is followed by 03:00, which is 01:00 UTC.
        let window = try window("Europe/Berlin", start: 150, hours: 1)
        #expect(window.stretch(at: try moment("2026-03-29T01:30:00Z")) != nil)
    }

    @Test(
        arguments: [
            // Zone, minute of the day, and when the window begins.
            ("Europe/Berlin", 150, "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", 120, "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", 179, "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", 180, "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", 119, "2026-03-29T00:59:00Z"),
            ("America/New_York", 150, "2026-03-08T07:00:00Z"),
            // Half an hour: 02:00 is followed by 02:30.
            ("Australia/Lord_Howe", 135, "2025-10-04T15:30:00Z"),
            ("Australia/Lord_Howe", 150, "2025-10-04T15:30:00Z"),
            ("Australia/Lord_Howe", 119, "2025-10-04T15:29:00Z"),
            // Midnight itself.
            ("America/Santiago", 0, "2025-09-07T04:00:00Z"),
            ("Asia/Beirut", 30, "2024-03-30T22:00:00Z"),
            // A quarter of an hour, and a half, of years ago.
            ("Asia/Katmandu", 5, "1985-12-31T18:30:00Z"),
            ("America/Caracas", 160, "2016-05-01T07:00:00Z"),
        ]) func `a window that begins in a gap begins right after it`(zone: String, start: Int, begin: String) throws
    {
        let window = try window(zone, start: start, hours: 1)
        let begin = try moment(begin)
        #expect(window.stretch(at: begin - 1).map(\.start) != begin)
        #expect(window.stretch(at: begin) == DateInterval(start: begin, duration: 3600))
        #expect(window.stretch(at: begin + 3599) == DateInterval(start: begin, duration: 3600))
        #expect(window.stretch(at: begin + 3600) == nil)
    }

    @Test(
        arguments: [
            // Samoa had no Friday 2011-12-30, Tokelau neither, and Kwajalein no Saturday 1993-08-21.
            ("Pacific/Apia", MaintenanceWindow.Day.fri, 0, "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", .fri, 120, "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", .fri, 1439, "2011-12-30T10:00:00Z"),
            ("Pacific/Fakaofo", .fri, 720, "2011-12-30T11:00:00Z"),
            ("Pacific/Kwajalein", .sat, 120, "1993-08-21T12:00:00Z"),
        ]) func `a window on a day that the clocks skip begins when the next day does`(
            zone: String, day: MaintenanceWindow.Day, start: Int, begin: String
        ) throws
    {
        let window = try window(zone, days: [day], start: start, hours: 3)
        let begin = try moment(begin)
        #expect(window.stretch(at: begin - 1) == nil)
        #expect(window.stretch(at: begin) == DateInterval(start: begin, duration: 3 * 3600))
        #expect(window.stretch(at: begin + 3 * 3600) == nil)
    }

    @Test func `every hour of a year is in a daily window of 25 hours, in zones of all kinds`() throws {
        for zone in [
            "UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham", "Africa/Casablanca", "Etc/GMT+12",
        ] {
            let window = try window(zone, start: 150, hours: 25)
            let start = try moment("2026-01-01T00:00:00Z")
            for hour in 0..<365 * 24 { #expect(window.stretch(at: start + Double(hour) * 3600) != nil) }
        }
    }

    @Test func `the hour that the clocks repeat does not open it twice`() throws {
        // On 2026-10-25 in Berlin 02:30 is at 00:30 and at 01:30 UTC.
        let window = try window("Europe/Berlin", days: [.sun], start: 150, hours: 1)
        let open = try ["2026-10-25T00:45:00Z", "2026-10-25T01:45:00Z"].filter { window.stretch(at: try moment($0)) != nil }
        #expect(open.count == 1)
    }
}
