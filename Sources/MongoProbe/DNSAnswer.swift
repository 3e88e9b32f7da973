/// The records of a DNS answer that connection strings are about.
///
/// Source: RFC 1035 sections 4.1 and 3.3.14, RFC 2782. Never reads beyond the end, and follows only pointers to the left.
struct DNSAnswer {
    enum Record: Equatable {
        case service(host: String, port: Int)
        case text([UInt8])
    }

    /// In the order of the answer, without those of other types.
    private(set) var records: [Record] = []

    private static let headLength = 12
    private static let service = 33
    private static let text = 16

    private let bytes: [UInt8]
    private var position = DNSAnswer.headLength

    /// Nil when the bytes are no answer.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.count >= Self.headLength, let questions = number(at: 4), let answers = number(at: 6) else { return nil }
        for _ in 0..<questions {
            guard passName() != nil, pass(4) else { return nil }
        }
        for _ in 0..<answers {
            guard passName() != nil, let kind = number(at: position), let length = number(at: position + 8), pass(10) else { return nil }
            let end = position + length
            guard end <= bytes.count, let record = record(kind, before: end) else { return nil }
            if let known = record { records.append(known) }
            position = end
        }
    }

    /// `.some(nil)` for a record of another type, nil for one that is broken.
    private mutating func record(_ kind: Int, before end: Int) -> Record?? {
        switch kind {
        case Self.service:
            guard end - position > 6, let port = number(at: position + 4), pass(6), let host = passName(), position == end else {
                return nil
            }
            return .service(host: host, port: port)
        case Self.text:
            var text: [UInt8] = []
            while position < end {
                let length = Int(bytes[position])
                guard position + 1 + length <= end else { return nil }
                text += bytes[(position + 1)...].prefix(length)
                position += 1 + length
            }
            return .text(text)
        default: return .some(nil)
        }
    }

    private mutating func pass(_ count: Int) -> Bool {
        guard count <= bytes.count - position else { return false }
        position += count
        return true
    }

    private func number(at offset: Int) -> Int? {
        bytes.count - offset >= 2 ? Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) : nil
    }

    /// The name at the present position, which may continue at places before it.
    private mutating func passName() -> String? {
        var labels: [String] = []
        var (at, end) = (position, Int?.none)
        while at < bytes.count {
            let length = Int(bytes[at])
            if length == 0 {
                position = end ?? at + 1
                return labels.joined(separator: ".")
            }
            if length >= 0xC0 {
                guard let pointer = number(at: at).map({ $0 & 0x3FFF }), pointer < at else { return nil }
                end = end ?? at + 2
                at = pointer
            } else {
                guard length < 0x40, at + 1 + length < bytes.count, labels.count < 128 else { return nil }
                labels.append(String(decoding: bytes[(at + 1)...].prefix(length), as: UTF8.self))
                at += 1 + length
            }
        }
        return nil
    }
}
