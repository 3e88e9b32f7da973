internal import TenantCore

extension SettingsReader {
    /// Refuses variables whose bytes are not UTF-8: the system hands on U+FFFD in their place.
    mutating func rejectBrokenEncoding() {
        for setting in Setting.allCases {
            guard let text = text(setting), text.unicodeScalars.contains("\u{FFFD}") else { continue }
            note(setting, "has bytes that are not UTF-8", fix: "Write it in UTF-8.")
        }
    }
}
