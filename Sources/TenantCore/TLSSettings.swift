/// How certificates are verified and which one we show.
public struct TLSSettings: Sendable, Hashable, CustomStringConvertible {
    /// PEM file with the authorities to trust; nil trusts the system's.
    public var caFile: String?
    /// PEM file with our certificate, for servers that ask for one.
    public var certificateFile: String?
    /// PEM file with the certificate's key, without a passphrase; nil when it stands in the certificate's file.
    public var keyFile: String?

    /// By default trusts the system's authorities and shows no certificate.
    public init(caFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
        self.caFile = caFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }

    /// The paths, which are no secrets; equal for equal settings.
    public var description: String {
        let files = [("ca", caFile), ("certificate", certificateFile), ("key", keyFile)]
        return "tls" + files.map { name, path in path.map { " \(name)=\($0)" } ?? "" }.joined()
    }
}
