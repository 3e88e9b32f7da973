internal import TenantCore

/// A workflow's webhook ("When a Teams webhook request is received"), which posts the Adaptive Cards of a message.
///
/// A `TextRun` is plain text, a `TextBlock` would be Markdown:
/// https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/text-features.
struct TeamsBody: MessageBody {
    /// A message may have 28 KB, in which the service counts what it adds itself; some are refused from 21 KB on:
    /// https://learn.microsoft.com/en-us/connectors/teams/#known-issues-and-limitations-with-actions.
    enum Limits {
        static let message = 20_000
        static let headline = 500
        static let text = 6000
    }

    let externalURL: String

    func json(for notification: Notification) -> JSONValue {
        let text = MessageText(notification)
        var length = Limits.text
        var body = json(text, notification, length: length)
        // Some characters take more bytes than others.
        while body.serialized.count > Limits.message, length > 100 {
            length /= 2
            body = json(text, notification, length: length)
        }
        return body
    }

    private func json(_ text: MessageText, _ notification: Notification, length: Int) -> JSONValue {
        let limit = TextLimit(length: length)
        let headline = limit.with(min(Limits.headline, length)).cut(text.headline)
        let paragraphs = [
            text.text(.changes, within: limit.with(length / 2)),
            text.text(.details, within: limit.with(length / 2)),
        ]
        let style = text.colour(notification, critical: "attention", warning: "warning", info: "accent", resolved: "good")
        let top: JSONValue = [
            "type": "Container", "style": .string(style), "items": [Self.block(["weight": "Bolder", "text": .string(headline)])],
        ]
        let footer = Self.block(["isSubtle": true, "size": "Small", "text": .string(text.footer)])
        let lines = paragraphs.flatMap { $0.split(separator: "\n") }.map { Self.block(["text": .string(String($0))]) }
        var actions: [JSONValue] = []
        if !externalURL.isEmpty, externalURL.utf8.count <= 2000 {
            actions = [["type": "Action.OpenUrl", "title": "Open tenantwatch", "url": .string(externalURL)]]
        }
        return [
            "type": "message", "summary": .string(headline),
            "attachments": [
                [
                    "contentType": "application/vnd.microsoft.card.adaptive",
                    "content": [
                        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
                        "msteams": ["width": "Full"], "fallbackText": .string(headline), "body": .array([top] + lines + [footer]),
                        "actions": .array(actions),
                    ],
                ]
            ],
        ]
    }

    private static func block(_ run: JSONObject) -> JSONValue {
        var text: JSONObject = ["type": "TextRun"]
        for member in run.members { text[member.key] = member.value }
        return ["type": "RichTextBlock", "inlines": [.object(text)]]
    }
}
