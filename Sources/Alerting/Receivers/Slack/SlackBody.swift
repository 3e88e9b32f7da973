internal import TenantCore

/// An incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
///
/// Blocks are plain text, in which nothing is a mention or a link. `text` is what notifications show and what services
/// show that know Slack's webhooks but no blocks, so it says all that the blocks say.
struct SlackBody: MessageBody {
    /// https://docs.slack.dev/reference/block-kit/blocks; `text` may have 40,000, and 4,000 are recommended. All blocks
    /// together must stay below some 13,200 (slackapi/bolt-js#2509).
    enum Limits {
        static let text = 4000
        static let header = 150
        static let section = 3000
        static let context = 2000
    }

    let externalURL: String

    /// https://docs.slack.dev/messaging/formatting-message-text: these three build mentions and links.
    private static let escape: @Sendable (Unicode.Scalar) -> String = { scalar in
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        default: String(scalar)
        }
    }

    func json(for notification: Notification) -> JSONValue {
        let text = MessageText(notification)
        // Slack keeps plain text escaped, and counts it so.
        let plain = TextLimit(length: Limits.section, counted: Self.escape)
        let sections = [
            text.text(.changes, within: plain),
            text.text(.details, within: plain),
        ]
        let footer = externalURL.isEmpty ? text.footer : "\(text.footer) · \(externalURL)"
        let colour = text.colour(notification, critical: "#c62828", warning: "#f9a825", info: "#1565c0", resolved: "#2e7d32")
        return [
            "text": .string(text.text(within: TextLimit(length: Limits.text, escape: Self.escape))), "mrkdwn": false,
            "parse": "none", "link_names": false, "unfurl_links": false, "unfurl_media": false,
            "blocks": .array(
                [Self.block("header", plain.with(Limits.header).cut(text.headline))]
                    + sections.filter { !$0.isEmpty }.map { Self.block("section", $0) }),
            // A bar of colour is to be had in an attachment alone.
            "attachments": [
                [
                    "color": .string(colour), "fallback": .string(text.footer),
                    "blocks": [["type": "context", "elements": [Self.plainText(plain.with(Limits.context).cut(footer))]]],
                ]
            ],
        ]
    }

    private static func block(_ type: String, _ text: String) -> JSONValue { ["type": .string(type), "text": plainText(text)] }

    private static func plainText(_ text: String) -> JSONValue { ["type": "plain_text", "emoji": false, "text": .string(text)] }
}
