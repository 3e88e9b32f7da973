/// The headers of one request as somebody has written them down: `Name: value` a line, or what curl -v prints.
public enum HeaderText {
    /// Lines that are no headers; they may have been meant for credentials, so that leaving them out would be a guess.
    public struct Unreadable: Error, Sendable, Equatable, CustomStringConvertible {
        /// What is wrong with each of them, by its number; never quotes it.
        public var lines: [String]
        /// The first few, and how many there are besides.
        public var description: String {
            let limit = 10
            let rest = lines.count > limit ? ["and \(lines.count - limit) more like these"] : []
            return (lines.prefix(limit) + rest).joined(separator: "\n")
        }
    }

    /// Reads the headers in the order in which they are written; an empty value is a value.
    ///
    /// Skips empty lines, the request line, and what curl -v prints besides the request.
    ///
    /// - Throws: `Unreadable` when any other line is no header.
    public static func headers(in text: some Sequence<UInt8>) throws(Unreadable) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        var problems: [String] = []
        // Bytes and not characters: to HTTP only a line feed ends a line, and a colon is one whatever follows it.
        for (index, bytes) in Array(text).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = requestPart(of: bytes)
            if line.isEmpty || isRequestLine(line) || isNoise(line) { continue }
            do throws(CredentialProblem) {
                headers.append(try header(line))
            } catch {
                problems.append("line \(index + 1) is no header: it \(error.text)")
            }
        }
        guard problems.isEmpty else { throw Unreadable(lines: problems) }
        return headers
    }

    /// Without the end of the line, and without the `> ` that curl writes before all that it sends.
    private static func requestPart(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let carriageReturn = UInt8(ascii: "\r")
        var line = bytes.drop { $0 == carriageReturn }
        if line.last == carriageReturn { line.removeLast() }
        guard line.first == UInt8(ascii: ">") else { return line }
        line.removeFirst()
        return line.first == UInt8(ascii: " ") ? line.dropFirst() : line
    }

    /// For example `GET / HTTP/1.1`.
    private static func isRequestLine(_ line: ArraySlice<UInt8>) -> Bool {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        return words.count == 3 && words[0].allSatisfy(\.isTokenByte) && words[2].starts(with: "HTTP/".utf8)
    }

    /// What curl says (`*`), receives (`<`, `{`) and sends as a body (`}`), and its meter, which may stand before those.
    private static func isNoise(_ line: ArraySlice<UInt8>) -> Bool {
        if let first = line.first, "*<{}".utf8.contains(first) { return true }
        let words = String(decoding: line, as: UTF8.self).split { " \r".contains($0) }
        if words.starts(with: ["%", "Total"]) || words.starts(with: ["Dload", "Upload"]) { return true }
        // Eight numbers and three times; no header has a name with spaces.
        return words.count >= 11 && words[..<8].allSatisfy { $0.utf8.first?.isDigit == true }
    }

    private static func header(_ line: ArraySlice<UInt8>) throws(CredentialProblem) -> (name: String, value: String) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw CredentialProblem("has no colon") }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(\.isTokenByte) else {
            throw CredentialProblem("has no name before its colon, or one with a space or another character that no name has")
        }
        let value = line[(colon + 1)...]
        guard value.allSatisfy({ $0 == UInt8(ascii: "\t") || $0 >= 0x20 && $0 != 0x7F }) else {
            throw CredentialProblem("has a control character")
        }
        let isBlank = { (byte: UInt8) in " \t".utf8.contains(byte) }
        let trimmed = value.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        return (String(decoding: name, as: UTF8.self), String(decoding: trimmed, as: UTF8.self))
    }
}

extension UInt8 {
    /// Whether it may stand in the name of a header or method (RFC 9110, section 5.6.2).
    fileprivate var isTokenByte: Bool { isLetterOrDigit || "!#$%&'*+-.^_`|~".utf8.contains(self) }
}
