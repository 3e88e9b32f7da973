internal import Alerting
internal import FoundationEssentials
internal import TenantCore

/// A silence that somebody asks for, read from a request's body.
struct SilenceOrder {
    private static let keys = ["matchers", "starts_at", "duration", "ends_at", "author", "reason", "max_tenants", "confirmed"]
    private static let matcherLimit = 32
    private static let fix = "Write it like tenant=\"acme\" or dependency=~\"mongo|redis\"."
    /// What should be quiet for longer is a rule to switch off.
    private static let longest = Duration.seconds(366 * 86_400)
    /// How many tenants may be silenced without being asked twice, unless the request says otherwise.
    private static let usualTenants = 10

    let silence: Silence
    /// Where each of its matchers stands in the body.
    let places: [String]
    /// More tenants than these are silenced only when `isConfirmed`.
    let maximumTenants: Int
    let isConfirmed: Bool

    /// - Parameter labels: the names that matchers may ask for.
    init(_ body: JSONObject, labels: Set<String>, at now: Date) throws(APIProblem) {
        for key in body.keys where !Self.keys.contains(key) { throw .unknown(key, at: "body", among: Self.keys) }
        let start = max(now, try Self.time(body, "starts_at") ?? now)
        let matchers = try Self.matchers(body, labels: labels)
        places = matchers.map(\.place)
        silence = Silence(
            id: Silence.newID(), matchers: matchers.map(\.matcher), startsAt: start,
            endsAt: try Self.end(body, from: start),
            author: try APIRequest.person(body["author"]?.text, at: "body.author"),
            reason: try APIRequest.person(body["reason"]?.text, at: "body.reason", limit: 512))
        switch body["max_tenants"] {
        case nil: maximumTenants = Self.usualTenants
        case .integer(let count) where count >= 0: maximumTenants = count
        default: throw APIProblem(at: "body.max_tenants", "is not a whole number from 0", fix: "Write one, or leave it out.")
        }
        switch body["confirmed"] {
        case nil: isConfirmed = false
        case .boolean(let truth): isConfirmed = truth
        default: throw APIProblem(at: "body.confirmed", "is not a boolean", fix: "Write true or false, or leave it out.")
        }
    }

    private static func matchers(
        _ body: JSONObject, labels: Set<String>
    ) throws(APIProblem) -> [(matcher: Matcher, place: String)] {
        let given = body["matchers"]?.elements ?? []
        guard (1...matcherLimit).contains(given.count) else {
            throw APIProblem(
                at: "body.matchers", "is not a list of 1 to \(matcherLimit)",
                fix: "Say what is silenced: a silence without any would silence everything.")
        }
        var matchers: [(matcher: Matcher, place: String)] = []
        for (index, value) in given.enumerated() {
            let place = "body.matchers[\(index)]"
            guard let text = value.text else { throw APIProblem(at: place, "is \(value.kind)", fix: fix) }
            let read: [Matcher]
            do throws(Matcher.Problem) {
                read = try Matcher.all(parsing: text)
            } catch {
                throw APIProblem(at: place, error.text, fix: fix)
            }
            // A label that no alert has is empty, and a silence that matches nothing is found out at the next alert.
            if let stranger = read.first(where: { !labels.contains($0.name) }) {
                throw .unknown(stranger.name, at: place, among: labels.sorted())
            }
            matchers += read.map { ($0, place) }
        }
        guard matchers.count <= matcherLimit else {
            throw APIProblem(at: "body.matchers", "holds \(matchers.count) matchers", fix: "Give \(matcherLimit) at most.")
        }
        return matchers
    }

    private static func end(_ body: JSONObject, from start: Date) throws(APIProblem) -> Date {
        let given = ["duration", "ends_at"].filter { body[$0] != nil }
        guard given.count == 1 else {
            throw APIProblem(at: "body", "has \(given.isEmpty ? "neither" : "both") duration and ends_at", fix: "Give one of them.")
        }
        if let end = try time(body, "ends_at") {
            guard end > start, end.timeIntervalSince(start) <= longest.inSeconds else {
                throw APIProblem(at: "body.ends_at", "is not within a year after the start", fix: "Choose another.")
            }
            return end
        }
        let range: ClosedRange<Duration> = .seconds(1)...longest
        let written = if case .integer(let number) = body["duration"] { "\(number)" } else { body["duration"]?.text ?? "" }
        guard let duration = Duration(written: written), range.contains(duration) else {
            let hint = DurationText(written, in: range)
            throw APIProblem(at: "body.duration", hint.problem, fix: hint.fix)
        }
        return start + duration.inSeconds
    }

    private static func time(_ body: JSONObject, _ key: String) throws(APIProblem) -> Date? {
        guard let value = body[key] else { return nil }
        guard let date = value.text.flatMap({ Date(internetText: $0) }) else {
            throw APIProblem(at: "body.\(key)", "is not a time", fix: "Write it like 2026-01-31T03:00:00Z.")
        }
        return date
    }
}
