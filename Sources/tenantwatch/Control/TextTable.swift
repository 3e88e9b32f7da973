internal import TenantCore

/// Rows under headings, each column as wide as its widest cell. Texts from elsewhere are made fit to be shown.
struct TextTable {
    private static let cellLimit = 120

    private let headings: [String]
    private var rows: [(cells: [String], note: String?)] = []

    init(_ headings: [String]) { self.headings = headings }

    /// - Parameter note: stands below the row, on a line of its own.
    mutating func add(_ cells: [String], note: String? = nil) {
        rows.append((cells.map { Scrubber().scrub($0, limit: Self.cellLimit) }, note.map { Scrubber().scrub($0, limit: 512) }))
    }

    /// Ends in a new line.
    var text: String {
        let widths = headings.indices.map { column in ([headings] + rows.map(\.cells)).map { $0[column].count }.max() ?? 0 }
        var text = Self.line(headings, widths)
        for row in rows {
            text += Self.line(row.cells, widths)
            if let note = row.note { text += "    \(note)\n" }
        }
        return text
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(cells, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
        let line = padded.joined(separator: "  ")
        return line.prefix(line.count - line.reversed().prefix { $0 == " " }.count) + "\n"
    }
}
