public import TenantCore

/// Which addresses may be dialled.
public struct NetworkPolicy: Sendable, Equatable {
    /// The most private class that a claim from elsewhere may lead to: a member list that a public server
    /// sends must not point at loopback. Nil for what the operator configured.
    public var ceiling: IPAddress.Class?

    /// Without a ceiling, refuses only what is never dialled.
    public init(ceiling: IPAddress.Class? = nil) {
        self.ceiling = ceiling
    }

    /// Why `address` must not be dialled, nil when it may be.
    ///
    /// Judged where the socket is made, so that spellings, redirects and DNS rebinding change nothing.
    public func refusal(of address: IPAddress) -> String? {
        let addressClass = address.addressClass
        switch addressClass {
        case .linkLocal: return "a link-local or metadata address"
        case .multicast: return "a multicast or broadcast address"
        case .unspecified: return "the unspecified address"
        case .global, .private, .loopback:
            guard let ceiling, addressClass > ceiling else { return nil }
            return "a more private address than the configured one"
        }
    }
}
