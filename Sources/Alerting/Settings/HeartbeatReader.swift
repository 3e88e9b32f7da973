internal import TenantCore

extension AlertingSettingsReader {
    private static let beats: ClosedRange<Duration> = .seconds(5) ... .seconds(24 * 3600)

    /// The dead-man's switch: `receiver` or `ping_url`.
    func readHeartbeat(_ reader: inout ObjectReader) -> AlertingSettings.Heartbeat? {
        reader.nested("heartbeat") { reader in
            let interval = reader.duration("interval", in: Self.beats) ?? .seconds(60)
            let name = readReceiver(&reader)
            let isPing = reader.has("ping_url")
            let endpoint = EndpointReader.ping("ping_url", &reader)
            guard reader.has("receiver") != isPing else {
                reader.noteHere(
                    isPing ? "has both a receiver and a ping_url" : "has neither a receiver nor a ping_url",
                    fix: "Say who hears it: \"receiver\" or \"ping_url\".")
                return nil
            }
            let target = endpoint.map { AlertingSettings.Heartbeat.Target.ping($0) } ?? name.map { .receiver($0) }
            return target.map { AlertingSettings.Heartbeat(target: $0, interval: interval) }
        }
    }

    private func readReceiver(_ reader: inout ObjectReader) -> String? {
        guard let text = reader.string("receiver") else { return nil }
        switch known(text) {
        case .success(let name): return name
        case .failure(let problem):
            reader.note("receiver", problem.text, fix: problem.fix)
            return nil
        }
    }
}
