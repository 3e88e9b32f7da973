/// The elements of an array at the top of a text, each parsed by itself, so that a mistake in one spoils no other.
struct JSONEntries {
    /// An element with the bytes that it takes up.
    struct Entry {
        var range: Range<Int>
        var value: Result<JSONValue, JSONError>
    }

    /// In their order.
    var entries: [Entry] = []
    /// Commas too many, which belong to no element.
    var stray: [JSONError] = []

    /// Finds the elements of a text that begins with `[`.
    ///
    /// - Throws: `JSONError` when the array does not end, or something follows it, so that its elements cannot be told apart.
    init(_ bytes: [UInt8]) throws(JSONError) {
        let strict: JSONError
        do {
            // One pass over what has no mistake, as nearly all texts.
            let value = try JSONValue.parseTenants(bytes)
            entries = (value.elements ?? []).map { Entry(range: bytes.indices, value: .success($0)) }
            return
        } catch {
            strict = error
        }
        // A string without its end reaches to the end of its line, one with a line break in it does not.
        var best: (entries: JSONEntries, isTorn: Bool)?
        for lineEndsString in [true, false] {
            guard let cut = Self.cut(bytes, lineEndsString: lineEndsString) else { continue }
            let entries = Self.read(bytes, cut)
            if best.map({ entries.goodCount > $0.entries.goodCount }) ?? true { best = (entries, !cut.brackets.isEmpty) }
            if entries.goodCount == entries.entries.count, cut.brackets.isEmpty { break }
        }
        guard let best, best.entries.goodCount > 0 || !best.isTorn else { throw strict }
        self = best.entries
    }

    private init() {}

    private var goodCount: Int { entries.count { if case .success = $0.value { true } else { false } } }

    private static func read(_ bytes: [UInt8], _ cut: ArrayScan) -> JSONEntries {
        var read = JSONEntries()
        var origin = JSONParser.Origin()
        for range in cut.ranges {
            origin = origin.moved(to: range.lowerBound, in: bytes)
            var parser = JSONParser(bytes: bytes, element: read.entries.count, in: range, origin: origin)
            parser.refusesReplacement = true
            let isEmpty = bytes[range].allSatisfy(JSONSyntaxHint.isSpace)
            if cut.withoutComma.contains(range.lowerBound) {
                read.stray.append(
                    parser.error(JSONSyntaxHint("a comma is missing between two tenants", fix: "Add a comma before this {.")))
            }
            do throws(JSONError) {
                read.entries.append(Entry(range: range, value: .success(try parser.parseWhole())))
            } catch  where isEmpty {
                var comma = error
                comma.problem = "a comma stands where no tenant follows or precedes it"
                comma.fix = "Remove the comma too many."
                read.stray.append(comma)
            } catch {
                var own = error
                if cut.unclosed.contains(range.lowerBound), parser.position == range.upperBound {
                    own.problem = "the } at the end of this tenant is missing: another tenant begins behind it"
                    own.fix = "Add the } here."
                }
                read.entries.append(Entry(range: range, value: .failure(own)))
            }
        }
        return read
    }

    /// Where each element stands, by brackets and quotes alone; nil when the array does not end or something follows it.
    ///
    /// - Parameter lineEndsString: whether a line break ends a string, in which none may stand.
    /// - Returns: brackets that are open when the array ends inside an element, whose own end is missing.
    private static func cut(_ bytes: [UInt8], lineEndsString: Bool) -> ArrayScan? {
        guard let open = bytes.firstIndex(where: { !JSONSyntaxHint.isSpace($0) }), bytes[open] == UInt8(ascii: "[") else { return nil }
        var scan = ArrayScan(start: open + 1, lineEndsString: lineEndsString)
        var index = open + 1
        while index < bytes.count {
            if scan.isOver(at: index, of: bytes) {
                return bytes[(index + 1)...].allSatisfy(JSONSyntaxHint.isSpace) ? scan : nil
            }
            index += 1
        }
        return nil
    }
}
