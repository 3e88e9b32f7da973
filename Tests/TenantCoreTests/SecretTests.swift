import TenantCore
import Testing

struct SecretTests {
    private let secret = Secret("hunter2")

    @Test func `a secret is opened by reveal`() {
        #expect(secret.reveal { $0.count } == 7)
    }

    @Test func `a secret prints as a placeholder in every way`() {
        var dumped = ""
        dump(secret, to: &dumped)
        let texts = ["\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])", dumped]
        for text in texts {
            #expect(text.contains("<redacted>"))
            #expect(!text.contains("hunter2"))
        }
    }

    @Test func `a secret shows no children to a mirror`() {
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func `a secret inside another value stays hidden`() {
        struct Login {
            var user = "app"
            var password: Secret? = Secret("hunter2")
        }
        var dumped = ""
        dump(Login(), to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(!"\(Login())".contains("hunter2"))
    }

    @Test func `secrets are equal when their texts are`() {
        #expect(secret == Secret("hunter2"))
        #expect(secret != Secret("hunter3"))
    }

    @Test(arguments: [("", true), (" ", false)])
    func `only an empty secret hides nothing`(text: String, isEmpty: Bool) {
        #expect(Secret(text).isEmpty == isEmpty)
    }

    @Test func `an error thrown while a secret is open passes through`() {
        #expect(throws: AddressProblem("broken")) {
            try secret.reveal { _ throws(AddressProblem) in throw AddressProblem("broken") }
        }
    }
}
