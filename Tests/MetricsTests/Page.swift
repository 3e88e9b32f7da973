/// What a scraper reads out of the Prometheus text format 0.0.4, written from its specification.
struct Page {
    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Family {
        var name: String
        var kind: String
        var help: String
        var samples: [Sample] = []
    }

    /// A line that no scraper would take.
    struct Unreadable: Error {
        var line: String
    }

    var families: [Family] = []

    init(_ bytes: [UInt8]) throws {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("# HELP ") {
                let parts = text.split(separator: " ", maxSplits: 3)
                guard parts.count == 4 else { throw Unreadable(line: text) }
                families.append(Family(name: String(parts[2]), kind: "", help: String(parts[3])))
            } else if text.hasPrefix("# TYPE ") {
                let parts = text.split(separator: " ")
                guard parts.count == 4, families.last?.name == String(parts[2]), families.last?.kind == "" else {
                    throw Unreadable(line: text)
                }
                families[families.count - 1].kind = String(parts[3])
            } else {
                guard families.last?.kind.isEmpty == false else { throw Unreadable(line: text) }
                var line = Line(bytes: line)
                families[families.count - 1].samples.append(try line.sample())
            }
        }
    }

    var samples: [Sample] { families.flatMap(\.samples) }

    func samples(of name: String) -> [Sample] { samples.filter { $0.name == name } }

    /// The value of the one series with this name whose labels include the given ones.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = samples(of: name).filter { sample in labels.allSatisfy { sample.labels[$0.key] == $0.value } }
        return found.count == 1 ? found.first?.value : nil
    }
}

/// Reads one sample, byte by byte, as a scraper does.
private struct Line {
    let bytes: ArraySlice<UInt8>
    var rest: ArraySlice<UInt8>

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        rest = bytes
    }

    private var unreadable: Page.Unreadable { Page.Unreadable(line: String(decoding: bytes, as: UTF8.self)) }

    mutating func sample() throws -> Page.Sample {
        let name = word(until: "{ ")
        var labels: [String: String] = [:]
        if take("{") {
            repeat {
                let label = word(until: "=")
                guard take("="), take("\""), labels[label] == nil, !label.isEmpty else { throw unreadable }
                labels[label] = try quoted()
            } while take(",")
            guard take("}") else { throw unreadable }
        }
        guard take(" "), !name.isEmpty, let value = Double(String(decoding: rest, as: UTF8.self)) else { throw unreadable }
        return Page.Sample(name: name, labels: labels, value: value)
    }

    private mutating func word(until ends: String) -> String {
        let word = rest.prefix { !ends.utf8.contains($0) }
        rest = rest.dropFirst(word.count)
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func take(_ mark: String) -> Bool {
        guard rest.starts(with: mark.utf8) else { return false }
        rest = rest.dropFirst(mark.utf8.count)
        return true
    }

    private mutating func quoted() throws -> String {
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
                default: throw unreadable
                }
            default: text.append(byte)
            }
        }
        throw unreadable
    }
}
