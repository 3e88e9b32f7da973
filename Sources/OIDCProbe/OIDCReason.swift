internal import Checking
internal import Transport

extension ProbeFailure.Reason {
    static let httpStatus = ProbeFailure.Reason(rawValue: "http_status")
    /// The provider says that it has no such realm or tenant.
    static let issuerUnknown = ProbeFailure.Reason(rawValue: "issuer_unknown")
    static let rateLimited = ProbeFailure.Reason(rawValue: "rate_limited")
    static let redirectRefused = ProbeFailure.Reason(rawValue: "redirect_refused")
    static let tooLarge = ProbeFailure.Reason(rawValue: "too_large")
    static let notJSON = ProbeFailure.Reason(rawValue: "not_json")
    static let issuerMismatch = ProbeFailure.Reason(rawValue: "issuer_mismatch")
    /// A finding where logins do without the member.
    static let missingMember = ProbeFailure.Reason(rawValue: "missing_member")
    /// A finding where logins do without the member.
    static let badMember = ProbeFailure.Reason(rawValue: "bad_member")
    /// A finding: the provider works, but not with every client.
    static let rs256NotOffered = ProbeFailure.Reason(rawValue: "rs256_not_offered")
    /// A finding: the document can be read, but not by every client.
    static let laxJSON = ProbeFailure.Reason(rawValue: "lax_json")

    /// Every reason for which a check of an issuer can fail or be degraded.
    static let oidc: [ProbeFailure.Reason] =
        transport + [
            .httpStatus, .issuerUnknown, .rateLimited, .redirectRefused, .tooLarge, .contentEncoding, .notJSON, .issuerMismatch,
            .missingMember, .badMember, .rs256NotOffered, .laxJSON,
        ]
}
