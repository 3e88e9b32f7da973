/// Makes a text from elsewhere (a server, a C library) fit to be shown: short, on one line, without secrets.
public struct Scrubber: Sendable {
    private let secrets: [Secret]

    /// A scrubber that also knows these secrets by heart; it removes them wherever they occur.
    public init(secrets: [Secret] = []) {
        self.secrets = secrets.filter { !$0.isEmpty }.sorted { $0.length > $1.length }  // The longer first: one may begin with another.
    }

    /// `text` without known secrets and credentials in URLs, its unsafe characters replaced, cut at `limit`.
    ///
    /// - Parameter limit: how many characters may stay; a cut text ends in `…`.
    public func scrub(_ text: String, limit: Int = 256) -> String {
        var clean = text
        for secret in secrets {
            secret.reveal { clean = clean.replacing($0, with: Secret.placeholder) }
        }
        clean = Self.withoutCredentials(clean)
        clean = String(String.UnicodeScalarView(clean.unicodeScalars.map { isUnsafeToShow($0) ? " " : $0 }))
        return clean.count > limit ? String(clean.prefix(limit - 1)) + "…" : clean
    }

    /// Replaces whatever stands between `://` and the last `@` of the same word.
    private static func withoutCredentials(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let scheme = rest.firstRange(of: "://") {
            result += rest[..<scheme.upperBound]
            let word = rest[scheme.upperBound...].prefix { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
            if let at = word.lastIndex(of: "@") {
                result += Secret.placeholder
                rest = rest[at...]
            } else {
                rest = rest[scheme.upperBound...]
            }
        }
        return result + rest
    }
}
