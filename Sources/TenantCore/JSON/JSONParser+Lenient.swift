extension JSONValue {
    /// Parses JSON as JavaScript and Go do, for texts that decide nothing but whether a client can read them: a byte order
    /// mark is skipped, of a key that occurs twice the last value counts, and what is no Unicode becomes U+FFFD.
    ///
    /// - Throws: `JSONError` with the place of the first thing that no client accepts.
    public static func parseLeniently(_ bytes: some Sequence<UInt8>, maximumDepth: Int = 32) throws(JSONError) -> JSONValue {
        var text = Array(bytes)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        var parser = JSONParser(bytes: text, maximumDepth: maximumDepth)
        parser.isStrict = false
        return try parser.parseDocument()
    }
}
