internal import CRE2

/// A regular expression in RE2's syntax, which is that of Go and of Alertmanager, compared with whole texts.
///
/// Matching takes time that grows with the length of the text, times a bounded factor, and each expression has a bounded
/// amount of memory.
/// `.` does not match a line end unless `(?s)` says so.
@safe
public final class RegularExpression: Sendable {
    /// Why a text is no regular expression.
    public struct Problem: Error, Sendable, Equatable {
        /// What is wrong, and with which part, for example `missing ]: [a-z`.
        public var text: String
        /// The character of the expression at which that part begins, counted from 1; nil when it is about all of it.
        public var position: Int?
    }

    /// What a program and the states that matching derives from it may take, in bytes.
    static let memory: Int64 = 1 << 20
    /// How many instructions a program may have: where its states outgrow `memory`, each byte of a text costs up to as many
    /// steps.
    static let instructionLimit = 2000
    /// How much of an expression a problem repeats, in characters.
    private static let quoteLimit = 64

    // Sendable because RE2 promises that a compiled program may be matched by any threads at once.
    private nonisolated(unsafe) let program: OpaquePointer

    /// Compiles an expression.
    public init(_ pattern: String) throws(Problem) {
        let syntax = try GoSyntax(pattern)
        let compiled = try unsafe Self.compiled(syntax.translated)
        guard let failure = unsafe Failure(of: compiled) else {
            let size = unsafe Int(cre2_program_size(compiled))
            guard size <= Self.instructionLimit else {
                unsafe cre2_free(compiled)
                throw Problem(
                    text: "pattern too large: it compiles to \(size) instructions, and at most \(Self.instructionLimit) are allowed; "
                        + "repeat less, or make several matchers of it", position: nil)
            }
            unsafe program = compiled
            return
        }
        unsafe cre2_free(compiled)
        throw Self.problem(failure, in: syntax)
    }

    deinit { unsafe cre2_free(program) }

    /// Whether all of `text` matches.
    public func matchesWhole(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            let start = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
            return unsafe cre2_matches_whole(program, start, bytes.count) != 0
        }
    }

    private static func compiled(_ pattern: String) throws(Problem) -> OpaquePointer {
        var pattern = pattern
        let compiled = pattern.withUTF8 { bytes in
            let start = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
            return unsafe cre2_compile(start, bytes.count, memory)
        }
        guard let compiled = unsafe compiled else { throw Problem(text: "there is no memory for it", position: nil) }
        return unsafe compiled
    }

    private static func problem(_ failure: Failure, in syntax: GoSyntax) -> Problem {
        let part = failure.argument
        // RE2 names the whole expression when parentheses do not match.
        let isAboutParentheses = failure.message.hasSuffix(")")
        let isAboutAll = part.isEmpty || isAboutParentheses
        let position = isAboutParentheses ? syntax.unmatchedParenthesis : isAboutAll ? nil : place(of: failure, in: syntax)
        let quote = String(part.prefix(quoteLimit)) + (part.count > quoteLimit ? "…" : "")
        return Problem(text: isAboutAll ? failure.message : "\(failure.message): \(quote)", position: position)
    }

    /// RE2 says which part is wrong and not where: it is the first one after which the expression is wrong in that way.
    private static func place(of failure: Failure, in syntax: GoSyntax) -> Int? {
        let text = syntax.translated
        var found: Range<String.Index>?
        var start = text.startIndex
        for _ in 0..<16 {
            guard let range = text[start...].firstRange(of: failure.argument) else { break }
            found = range
            if let begun = try? unsafe compiled(String(text[..<range.upperBound])) {
                let other = unsafe Failure(of: begun)
                unsafe cre2_free(begun)
                if other?.code == failure.code, other?.argument == failure.argument { break }
            }
            start = text.index(after: range.lowerBound)
        }
        return found.map { syntax.position(of: text.unicodeScalars.distance(from: text.startIndex, to: $0.lowerBound)) }
    }

    /// What RE2 says about a program that it could not compile.
    private struct Failure {
        var code: CInt
        var message: String
        var argument: String

        /// Nil for a program that can be matched.
        @unsafe init?(of program: OpaquePointer) {
            code = unsafe cre2_error(program)
            guard code != 0 else { return nil }
            message = unsafe Self.text(cre2_error_message(program))
            argument = unsafe Self.text(cre2_error_argument(program))
        }

        @unsafe private static func text(_ text: cre2_text) -> String {
            let bytes = unsafe UnsafeRawBufferPointer(start: text.bytes, count: text.length)
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
    }
}
