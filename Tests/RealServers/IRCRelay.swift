import Foundation
import Glibc

/// A real alertmanager-irc-relay on a real ngircd, and a guest in the channel that hears what it says.
public final class IRCRelay: Sendable {
    private let daemon: ServerProcess
    private let relay: ServerProcess
    private let guest: ServerProcess
    private let port: Int

    /// Starts all three.
    public init() throws {
        let (ircPort, port) = (Ground.freePort(), Ground.freePort())
        self.port = port
        let home = try Ground.directory()
        let configuration = """
            [Global]
            Name = irc.test
            Info = test
            Listen = 127.0.0.1
            Ports = \(ircPort)
            MotdPhrase = hello
            ServerUID = root
            ServerGID = root
            [Limits]
            PingTimeout = 120
            MaxNickLength = 30
            [Options]
            Ident = no
            PAM = no
            DNS = no
            """
        try configuration.write(to: home.appending(path: "ngircd.conf"), atomically: true, encoding: .utf8)
        daemon = try ServerProcess("ngircd", ["-n", "-f", home.appending(path: "ngircd.conf").path], in: home)
        guard wait(seconds: 60, until: { Ground.isListening(ircPort) }) else {
            throw ServerProblem(description: "ngircd did not start")
        }
        guest = try ServerProcess(Ground.python, [Ground.script("irc_guest.py"), "\(ircPort)"], in: try Ground.directory())
        let place = try Ground.directory()
        let relayConfiguration = """
            http_host: 127.0.0.1
            http_port: \(port)
            irc_host: 127.0.0.1
            irc_port: \(ircPort)
            irc_nickname: relay
            irc_use_ssl: no
            irc_verify_ssl: no
            use_privmsg: yes
            msg_once_per_alert_group: no
            msg_template: "{{ .Status }} {{ .Labels.alertname }} {{ .Annotations.summary }}"
            irc_channels: [{name: "#tenants"}]
            """
        let file = place.appending(path: "relay.yml")
        try relayConfiguration.write(to: file, atomically: true, encoding: .utf8)
        relay = try ServerProcess("alertmanager-irc-relay", ["--config", file.path], in: place)
        guard wait(seconds: 60, until: { Ground.isListening(port) }) else {
            throw ServerProblem(description: "alertmanager-irc-relay did not start: \(relay.output)")
        }
    }

    /// Where to post alerts, before the channel's name.
    public var url: String { "http://127.0.0.1:\(port)" }
    /// What the relay, the daemon and the guest said, for a failing test.
    public var output: String { [relay, daemon, guest].map(\.output).joined(separator: "\n---\n") }

    /// Waits until the guest has heard a line that contains `text`.
    public func hears(_ text: String, seconds: Double) -> Bool { wait(seconds: seconds) { self.guest.output.contains(text) } }
}
