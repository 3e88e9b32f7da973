/// Characters that a word processor, a chat or a web page puts in the place of plain ones.
extension Unicode.Scalar {
    /// A quotation mark or prime that looks like a straight quote and is none.
    public var isTypographicQuote: Bool {
        switch value {
        case 0x2018...0x201F, 0xAB, 0xBB, 0x2039, 0x203A, 0x2032, 0x2033, 0xFF02, 0xFF07: true
        default: false
        }
    }

    /// A space at which no line is broken.
    public var isNoBreakSpace: Bool { [0xA0, 0x2007, 0x202F].contains(value) }

    /// Any other space or character without a width that is not the plain space.
    public var isUnusualSpace: Bool {
        switch value {
        case 0x1680, 0x2000...0x2006, 0x2008...0x200F, 0x2028...0x202E, 0x205F...0x2064, 0x3000, 0xFEFF: true
        default: false
        }
    }
}
