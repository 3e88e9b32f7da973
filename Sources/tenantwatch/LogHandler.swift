internal import FoundationEssentials
internal import Logging
internal import TenantCore

/// Writes operational logs to standard error, one line an entry, as text or JSON.
///
/// Every text is scrubbed on the way: the last place to keep a driver's URL with a password out of the log.
struct StandardErrorLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    let isJSON: Bool
    let writer: LogWriter

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let message = Scrubber().scrub("\(event.message)", limit: 1024)
        guard isJSON else {
            let fields = all.map { " \($0.key)=\(JSONValue.string(Scrubber().scrub("\($0.value)", limit: 512)))" }.joined()
            writer.write("\(time) \(event.level.rawValue) \(message)\(fields)\n")
            return
        }
        var object: JSONObject = ["time": .string(time), "level": .string(event.level.rawValue), "message": .string(message)]
        for (key, value) in all { object[key] = .string(Scrubber().scrub("\(value)", limit: 512)) }
        writer.write("\(JSONValue.object(object))\n")
    }
}
