/// An expression as Go's `regexp`, and so Alertmanager, reads it, in the words of RE2 in C++.
///
/// The two differ in little: `(?<name>…)` is new in Go, and `\C`, a single byte, is RE2's alone.
struct GoSyntax {
    /// For RE2.
    private(set) var translated = ""
    /// Where the parenthesis stands that no other one matches, counted from 1.
    private(set) var unmatchedParenthesis: Int?
    /// Before which characters of `translated` one was added.
    private var additions: [Int] = []

    init(_ pattern: String) throws(RegularExpression.Problem) {
        let scalars = Array(pattern.unicodeScalars)
        var output = String.UnicodeScalarView()
        var open: [Int] = []
        var index = 0
        while index < scalars.count {
            let end = Self.end(of: index, in: scalars)
            switch scalars[index] {
            case "\\" where end == index + 2 && scalars[index + 1] == "C":
                throw RegularExpression.Problem(text: #"invalid escape sequence: \C"#, position: index + 1)
            case "(": open.append(index)
            case ")":
                if open.popLast() == nil, unmatchedParenthesis == nil { unmatchedParenthesis = index + 1 }
            default: break
            }
            output.append(contentsOf: scalars[index..<end])
            if scalars[index] == "(", Self.begins(["?", "<"], at: end, in: scalars), !Self.isLookBehind(end + 2, in: scalars) {
                output.append("?")
                additions.append(output.count)
                output.append("P")
                index = end + 1
            } else {
                index = end
            }
        }
        if unmatchedParenthesis == nil { unmatchedParenthesis = open.last.map { $0 + 1 } }
        translated = String(output)
    }

    /// The character of the expression, counted from 1, that stands at `offset` of `translated`.
    func position(of offset: Int) -> Int { offset - additions.count { $0 < offset } + 1 }

    /// Where what begins at `index` ends: a quotation, an escape, a class or a single character.
    private static func end(of index: Int, in scalars: [Unicode.Scalar]) -> Int {
        switch scalars[index] {
        case "\\":
            guard begins(["Q"], at: index + 1, in: scalars) else { return min(index + 2, scalars.count) }
            var end = index + 2
            while end < scalars.count {
                if begins(["\\", "E"], at: end, in: scalars) { return end + 2 }
                end += 1
            }
            return end
        case "[": return endOfClass(index, in: scalars)
        default: return index + 1
        }
    }

    private static func endOfClass(_ index: Int, in scalars: [Unicode.Scalar]) -> Int {
        var end = index + 1
        if begins(["^"], at: end, in: scalars) { end += 1 }
        // The first one is a member.
        if begins(["]"], at: end, in: scalars) { end += 1 }
        while end < scalars.count, scalars[end] != "]" {
            if begins(["[", ":"], at: end, in: scalars), let length = lengthOfName(end, in: scalars) {
                end += length
            } else {
                end += scalars[end] == "\\" ? 2 : 1
            }
        }
        return min(end + 1, scalars.count)
    }

    /// Of `[:alpha:]` within a class.
    private static func lengthOfName(_ index: Int, in scalars: [Unicode.Scalar]) -> Int? {
        let name = scalars[(index + 2)...].prefix { $0.properties.isAlphabetic || $0 == "^" }
        return begins([":", "]"], at: name.endIndex, in: scalars) ? name.endIndex + 2 - index : nil
    }

    private static func begins(_ text: [Unicode.Scalar], at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        index <= scalars.count && scalars[index...].starts(with: text)
    }

    private static func isLookBehind(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        begins(["="], at: index, in: scalars) || begins(["!"], at: index, in: scalars)
    }
}
