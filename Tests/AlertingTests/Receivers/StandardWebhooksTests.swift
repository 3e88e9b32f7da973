import Foundation
import TenantCore
import Testing

@testable import Alerting

/// Signatures as https://www.standardwebhooks.com specifies them.
struct StandardWebhooksTests {
    private let published = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    private let next = Secret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")

    private func headers(_ secrets: [Secret]) -> [String] {
        StandardWebhooks(secrets: secrets).headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: Date(timeIntervalSince1970: 1_614_265_330.9),
            body: Array("{\"test\": 2432232314}".utf8))
    }

    @Test func `the published example has the published signature`() {
        #expect(
            headers([published]) == [
                "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
                "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ])
    }

    @Test func `two secrets sign both, so that either can be checked while one replaces the other`() {
        #expect(
            headers([published, next]).last
                == "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,O4Gjv1HqPqsMrjmczoggs/sWA8gZD0VyHG+fLh4+ktI=")
    }

    @Test func `without secrets nothing is signed`() {
        #expect(headers([]) == [])
    }

    @Test(
        arguments: [
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", nil), ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "does not start with whsec_"),
            ("whsec_not base64!", "is not base64 after whsec_"), ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "is not base64 after whsec_"),
            ("whsec_", "holds 0 bytes, not 24 to 64"), ("whsec_" + Data(count: 23).base64EncodedString(), "holds 23 bytes, not 24 to 64"),
            ("whsec_" + Data(count: 64).base64EncodedString(), nil),
            ("whsec_" + Data(count: 65).base64EncodedString(), "holds 65 bytes, not 24 to 64"),
        ] as [(String, String?)])
    func `a secret that cannot sign is named without being shown`(secret: String, problem: String?) {
        #expect(StandardWebhooks.problem(with: Secret(secret)) == problem)
    }
}
