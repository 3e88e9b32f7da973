extension JSONParser {
    /// Parses a string at its opening quote; the result is valid Unicode without raw control characters.
    mutating func parseString() throws(JSONError) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let string = isStrict ? String(validating: text, as: UTF8.self) : String(decoding: text, as: UTF8.self) else {
                    position = start
                    throw error(JSONSyntaxHint("the string is not valid UTF-8", fix: "Save the text as UTF-8."))
                }
                return string
            case UInt8(ascii: "\\"):
                position += 1
                text.append(contentsOf: try parseEscape())
            case 0x00..<0x20:
                throw error(JSONSyntaxHint.control(byte))
            case 0xEF where refusesReplacement && bytes[position..<end].starts(with: [0xEF, 0xBF, 0xBD]):
                throw error(JSONSyntaxHint.replacement)
            default:
                text.append(byte)
                position += 1
            }
        }
        position = start
        throw error(JSONSyntaxHint("the string does not end", fix: "Add the double quote at its end; the text may also have been cut off."))
    }

    private mutating func parseEscape() throws(JSONError) -> [UInt8] {
        guard let byte = peek else { throw plain("the text ends in an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try parseUnicodeEscape()
        default:
            throw error(
                JSONSyntaxHint(
                    "a backslash stands before a character that needs none",
                    fix: #"Write \ for one backslash, and quotes of a shell without one."#))
        }
    }

    private mutating func parseUnicodeEscape() throws(JSONError) -> [UInt8] {
        var units = [try parseFourDigits()]
        if UTF16.isLeadSurrogate(units[0]), skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) {
            units.append(try parseFourDigits())
        }
        guard let text = isStrict ? String(validating: units, as: UTF16.self) : String(decoding: units, as: UTF16.self) else {
            throw plain("a lone surrogate")
        }
        return Array(text.utf8)
    }

    private mutating func parseFourDigits() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw plain("four hexadecimal digits are expected after \\u")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
