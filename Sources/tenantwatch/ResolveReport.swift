internal import TenantCore

/// What `tenantwatch resolve` found, for people and for programs.
struct ResolveReport {
    let trace: ResolutionTrace
    let defaultTenant: TenantID?

    /// A line for each step, and the outcome.
    var text: String {
        let steps = trace.steps.map { step in
            step.method.words + String(repeating: " ", count: max(1, 9 - step.method.words.count)) + step.text
        }
        return (steps + ["→ \(outcome)"] + notes).joined(separator: "\n") + "\n"
    }

    /// The same as one JSON object.
    var json: JSONValue {
        var object: JSONObject = [
            "steps": .array(trace.steps.map { ["method": .string($0.method.rawValue), "text": .string($0.text)] }),
            "notes": .array(notes.map { .string($0) }),
        ]
        switch trace.resolution {
        case .tenant(let id, let method):
            object["tenant"] = .string(id.rawValue)
            object["method"] = .string(method.rawValue)
        case .refused(let refusal):
            object["refused"] = .string(refusal.rawValue)
            object["status"] = .integer(refusal.status)
        }
        return .object(object)
    }

    private var outcome: String {
        switch trace.resolution {
        case .tenant(let id, let method): "\(id), by its \(method.words)"
        case .refused(let refusal): "refused with \(refusal.status): \(refusal.words)"
        }
    }

    private var notes: [String] {
        switch trace.resolution {
        case .tenant(_, .token):
            ["The token's form, times, issuer and audience hold. Its signature is not verified here and assumed to hold."]
        case .tenant(_, .apiKey): ["The key itself is not verified here and assumed to be valid."]
        case .tenant(_, .header): []
        case .refused(.nothing):
            defaultTenant.map { ["The default tenant, \($0), is for display and commands and never resolves a request."] } ?? []
        case .refused: []
        }
    }
}

extension Resolution.Refusal {
    /// What the client is answered.
    fileprivate var status: Int { self == .disagreement ? 403 : 401 }

    fileprivate var words: String {
        switch self {
        case .badCredential: "what it brings is not valid, or names nobody"
        case .disagreement: "two of the three name different tenants"
        case .nothing: "nothing says whose the request is"
        }
    }
}
