/// Watches one rendering: a mistake in a template must neither ask in vain nor take this process's memory.
final class TemplateMeter {
    /// Far above an honest template with a hundred alerts, far below what a machine would notice.
    private static let allowance = 32 * 1024 * 1024

    /// Names that the template asked for, and that do not exist.
    private(set) var missing: Set<String> = []
    /// True once the template has asked for too much; from then on it is given nothing.
    private(set) var isExhausted = false
    private var left = allowance
    /// What one turn of a list costs: no turn can do more than the template is long.
    private let turn: Int

    /// - Parameter source: of the template.
    init(source: String) { turn = source.utf8.count + 1 }

    func note(missing name: String) { missing.insert(name) }

    /// Whether so many bytes may still be made.
    func spend(_ bytes: Int) -> Bool {
        left -= min(bytes, left + 1)
        if left < 0 { isExhausted = true }
        return !isExhausted
    }

    /// Whether a list may still be gone through.
    func spend(turns: Int) -> Bool { spend(turn * turns) }
}
