internal import Checking
internal import FoundationEssentials
internal import TenantCore

extension TemplateBody {
    /// Why a template cannot be used, nil when it can: it is parsed and tried on samples full of characters that break things.
    ///
    /// - Returns: one sentence that quotes no parameter.
    static func problem(with settings: TemplateSettings) -> String? {
        let body: TemplateBody
        do throws(TemplateProblem) {
            body = try TemplateBody(settings, externalURL: "https://tenantwatch.example.com")
            for sample in Notification.samples {
                if let name = try body.tryOut(sample) { return Self.problem(withMissing: name, settings) }
            }
        } catch {
            return error.description
        }
        return nil
    }

    /// The first name that the template asks for and that does not exist.
    private func tryOut(_ sample: Notification) throws(TemplateProblem) -> String? {
        let what = "tried on a sample that is \(sample.isFiring ? "firing" : "resolved")"
        let meter = TemplateMeter(source: settings.source)
        let suffix = suffix(for: sample, meter)
        guard suffix.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw TemplateProblem(description: "\(what), \(Self.suffixParameter) has a space or a character that must be percent-encoded")
        }
        do throws(TemplateProblem) {
            _ = try render(sample, meter)
        } catch {
            // A misspelt name may be why.
            if let name = meter.missing.min() { return name }
            let advice = "Texts belong in double quotes and {{…}}, and between elements {{^last()}},{{/last()}}."
            throw TemplateProblem(description: "\(what), \(error.description). \(advice)")
        }
        return meter.missing.min()
    }

    private static func problem(withMissing name: String, _ settings: TemplateSettings) -> String {
        if name.hasPrefix("parameters.") { return "the template uses \(name), which is not given" }
        let meter = TemplateMeter(source: "")
        let known = Notification.samples.prefix(1).flatMap { TemplateScope($0, parameters: [:], externalURL: "", meter: meter).names }
        let close = nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
        return "the template uses \(name), which does not exist\(close)"
    }
}

extension Notification {
    /// Quotes, backslashes, line breaks, controls, tags of two languages, marks that reorder text, and more than one plane.
    private static let hostile = "\"quoted\" \\ 'single' \r\n\t\u{0}\u{1B}[31m \u{202E}evil\u{2028} {{tag}} <b>&amp;</b> ünïcödé 😀"

    /// One that fires with all that it can have, one that is resolved, and one of the agent that has next to nothing.
    static let samples: [Notification] = {
        let group = ["alertname": "SubjectDown", "backend": hostile, "reason": "refused"]
        let many = (1...3).map { sample(tenant: "tenant-\($0)", endsAt: nil) }
        let past = sample(tenant: "tenant-4", endsAt: Date(timeIntervalSince1970: 1_800_000_060))
        return [
            sample(group: group, firing: many, resolved: [past]), sample(group: group, firing: [], resolved: [past]),
            sample(group: [:], firing: [sample(tenant: nil, endsAt: nil)], resolved: []),
        ]
    }()

    private static func sample(group: [String: String], firing: [Alert], resolved: [Alert]) -> Notification {
        var notification = Notification(
            receiver: "sample", kind: .change, groupKey: AlertGroup.key(group), groupLabels: group, firing: firing, resolved: resolved,
            at: Date(timeIntervalSince1970: 1_800_000_060))
        // Some that are not shown.
        if !firing.isEmpty { notification.firingCount += 2 }
        return notification
    }

    private static func sample(tenant: String?, endsAt: Date?) -> Alert {
        let labels = ["alertname": "SubjectDown", "severity": "critical", "tenant": tenant, "team": tenant.map { _ in hostile }]
        let annotations = ["summary": hostile, "description": hostile, "remedy": hostile, "runbook_url": "docs/runbook.md"]
        return Alert(
            fingerprint: "00c0ffee00c0ffee", rule: "SubjectDown",
            subject: AlertSubject(tenant: tenant.flatMap(TenantID.init), dependency: tenant.map { _ in Dependency(rawValue: "redis") }),
            labels: labels.compactMapValues { $0 }, annotations: tenant == nil ? [:] : annotations, backend: tenant.map { _ in hostile },
            reason: tenant.map { _ in "refused" }, isShared: tenant != nil, startsAt: Date(timeIntervalSince1970: 1_800_000_000),
            endsAt: endsAt, isFlapping: false)
    }
}
