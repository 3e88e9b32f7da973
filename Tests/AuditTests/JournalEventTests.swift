import Alerting
import Audit
import Testing

struct JournalEventTests {
    @Test func `every step that the state commits has its event in the log`() {
        for event in JournalRow.Event.allCases { #expect(AuditEntry.Event(rawValue: event.rawValue) != nil, "\(event.rawValue)") }
    }
}
