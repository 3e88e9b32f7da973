internal import TenantCore

/// How long a text may be for a service, and what of it must be escaped there.
///
/// Lengths are in UTF-16 units, of which no service counts more to a character than we do. Texts are cut between characters
/// and never within an escape.
struct TextLimit: Sendable {
    /// In UTF-16 units, escapes included.
    var length: Int
    /// What stands for a character of a text.
    var escape: @Sendable (Unicode.Scalar) -> String = { String($0) }
    /// What the service counts a character as, where that is not what is written.
    var counted: (@Sendable (Unicode.Scalar) -> String)?

    /// The same for another length.
    func with(_ length: Int) -> TextLimit {
        var limit = self
        limit.length = length
        return limit
    }

    /// How long `text` is once it is escaped.
    func count(_ text: String) -> Int {
        let write = counted ?? escape
        return text.unicodeScalars.reduce(0) { $0 + write($1).utf16.count }
    }

    /// How long something is that is escaped already.
    func count(written text: String) -> Int { counted == nil ? text.utf16.count : count(text) }

    /// `text` escaped, with `…` at its end where it had to be cut.
    func cut(_ text: String) -> String {
        guard count(text) > length else { return escaped(text) }
        var (result, room) = ("", length - 1)
        for character in text {
            room -= count(String(character))
            guard room >= 0 else { break }
            result += escaped(String(character))
        }
        return length > 0 ? result + "…" : ""
    }

    /// `New (10,000): a, b and 9,998 more`: as many names as there is room for.
    func list(_ title: String, _ names: GroupChanges.Names) -> String {
        let head = names.count == 1 ? "\(title): " : "\(title) (\(names.count.grouped)): "
        let room = length - count(head)
        let rest = { (shown: Int) in " and \((names.count - shown).grouped) more" }
        var (shown, used) = (0, 0)
        for (index, name) in names.names.enumerated() {
            used += count(name) + (index > 0 ? 2 : 0)
            guard used <= room else { break }
            if index + 1 == names.count { return escaped(head + names.names.joined(separator: ", ")) }
            if used + rest(index + 1).utf16.count <= room { shown = index + 1 }
        }
        if shown > 0 { return escaped(head + names.names.prefix(shown).joined(separator: ", ") + rest(shown)) }
        return cut(names.count == 1 ? head + names.names.joined() : String(head.dropLast(2)))
    }

    private func escaped(_ text: String) -> String { text.unicodeScalars.reduce(into: "") { $0 += escape($1) } }
}
