/// Puts parts together while there is room.
struct TextComposer {
    /// A part with less room than this would say nothing.
    private static let leastRoom = 24

    private let limit: TextLimit
    private let separator: String
    private var parts: [String] = []
    /// How much may follow, a separator included.
    private(set) var room: Int

    init(limit: TextLimit, separator: String) {
        self.limit = limit
        self.separator = separator
        room = limit.length
    }

    var text: String { parts.joined(separator: separator) }

    /// Adds what `part` makes of the room that is left; nothing when there is too little or it makes nothing.
    mutating func add(_ part: (TextLimit) -> String) {
        guard parts.isEmpty || room >= Self.leastRoom else { return }
        let text = part(limit.with(room))
        guard !text.isEmpty else { return }
        parts.append(text)
        room -= limit.count(written: text) + separator.utf16.count
    }
}
