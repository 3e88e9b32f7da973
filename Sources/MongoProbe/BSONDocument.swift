/// Reads members of a BSON document; a member that is not there, or is of another type, is nil.
///
/// Numbers and truth values are read as drivers read them: of any numeric type. Never reads beyond the end, whatever the
/// lengths say; `BSONWalk` has passed what comes from a server.
struct BSONDocument {
    private let bytes: [UInt8]
    private let start: Int

    init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes
        self.start = start
    }

    struct Member {
        var name: Range<Int>
        var kind: UInt8
        var value: Range<Int>
    }

    func text(_ name: String) -> String? {
        guard let member = member(name), member.kind == BSONWalk.Kind.text else { return nil }
        return text(member.value)
    }

    /// A number of any type, without its fraction.
    func number(_ name: String) -> Int? { member(name).flatMap(number) }

    func number(_ member: Member) -> Int? {
        switch member.kind {
        case BSONWalk.Kind.number: bytes.littleEndian(at: member.value.lowerBound)
        case BSONWalk.Kind.longNumber: Int(Int64(bitPattern: word(member.value)))
        case BSONWalk.Kind.fraction: Int(exactly: Double(bitPattern: word(member.value)).rounded(.towardZero))
        default: nil
        }
    }

    /// A truth value, or whether a number is not 0.
    func truth(_ name: String) -> Bool? {
        guard let member = member(name) else { return nil }
        return member.kind == BSONWalk.Kind.truth ? bytes[member.value.lowerBound] != 0 : number(member).map { $0 != 0 }
    }

    /// The texts of a list; empty when there is none.
    func texts(_ name: String) -> [String] {
        guard let member = member(name), member.kind == BSONWalk.Kind.list else { return [] }
        var found: [String] = []
        _ = BSONDocument(bytes, from: member.value.lowerBound).forEach {
            if $0.kind == BSONWalk.Kind.text { found.append(text($0.value)) }
            return true
        }
        return found
    }

    func document(_ name: String) -> BSONDocument? {
        guard let member = member(name), member.kind == BSONWalk.Kind.document else { return nil }
        return BSONDocument(bytes, from: member.value.lowerBound)
    }

    /// All of them; nil when the document is broken, or does not end where the bytes do.
    var members: [Member]? {
        var found: [Member] = []
        let end = forEach {
            found.append($0)
            return true
        }
        return end == bytes.count ? found : nil
    }

    private func member(_ name: String) -> Member? {
        var found: Member?
        _ = forEach {
            guard bytes[$0.name].elementsEqual(name.utf8) else { return true }
            found = $0
            return false
        }
        return found
    }

    /// Visits members as long as `body` returns true.
    ///
    /// - Returns: the place behind the document, unless it is broken or the visit ended before.
    private func forEach(_ body: (Member) -> Bool) -> Int? {
        guard let length = length(at: start), length >= 5, length <= bytes.count - start else { return nil }
        let end = start + length - 1
        var position = start + 4
        while position < end {
            let kind = bytes[position]
            guard let nameEnd = bytes[(position + 1)..<end].firstIndex(of: 0), let size = size(of: kind, at: nameEnd + 1),
                size <= end - nameEnd - 1
            else { return nil }
            let member = Member(name: (position + 1)..<nameEnd, kind: kind, value: (nameEnd + 1)..<(nameEnd + 1 + size))
            guard body(member) else { return nil }
            position = member.value.upperBound
        }
        return bytes[end] == 0 ? end + 1 : nil
    }

    private func size(of kind: UInt8, at position: Int) -> Int? {
        switch kind {
        case BSONWalk.Kind.document, BSONWalk.Kind.list: length(at: position)
        case BSONWalk.Kind.text, BSONWalk.Kind.code, BSONWalk.Kind.symbol: length(at: position).map { $0 + 4 }
        case BSONWalk.Kind.pointer: length(at: position).map { $0 + 4 + 12 }
        case BSONWalk.Kind.scopedCode: length(at: position)
        case BSONWalk.Kind.expression:
            bytes[position...].firstIndex(of: 0).flatMap { bytes[($0 + 1)...].firstIndex(of: 0) }.map { $0 + 1 - position }
        case BSONWalk.Kind.binary: length(at: position).map { $0 + 5 }
        default: BSONWalk.Kind.sizes[kind]
        }
    }

    /// A length, which is never negative.
    private func length(at position: Int) -> Int? {
        guard bytes.count - position >= 4 else { return nil }
        let length = bytes.littleEndian(at: position)
        return length >= 0 ? length : nil
    }

    private func text(_ value: Range<Int>) -> String {
        String(decoding: bytes[value].dropFirst(4).dropLast(), as: UTF8.self)
    }

    private func word(_ value: Range<Int>) -> UInt64 {
        bytes[value].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
