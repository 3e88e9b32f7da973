internal import FoundationEssentials
internal import TenantCore

/// A channel's webhook: https://discord.com/developers/docs/resources/webhook#execute-webhook.
///
/// Who changed stands in the message itself, which people see who have embeds switched off. Nobody is mentioned, whatever a
/// text says. The address is no link: Discord refuses the whole message when a URL's host has no dot.
struct DiscordBody: MessageBody {
    /// https://discord.com/developers/docs/resources/message#embed-object-embed-limits; all of an embed may have 6000.
    enum Limits {
        static let content = 2000
        static let title = 256
        static let description = 3500
        static let footer = 2000
        static let embed = 6000
    }

    let externalURL: String

    /// A backslash before whatever could make a link, a mention or a style.
    private static let escape: @Sendable (Unicode.Scalar) -> String = { scalar in
        "\\`*_~|[]()<>#:@".unicodeScalars.contains(scalar) ? "\\\(scalar)" : String(scalar)
    }

    func json(for notification: Notification) -> JSONValue {
        let text = MessageText(notification)
        let limit = TextLimit(length: Limits.content, escape: Self.escape)
        let description = text.text(.details, within: limit.with(Limits.description))
        var embed: JSONObject = [
            "title": .string(TextLimit(length: Limits.title).cut(text.footer)),
            "color": .integer(
                text.colour(notification, critical: 12_986_408, warning: 16_361_509, info: 1_402_304, resolved: 3_046_706)),
            "timestamp": .string(notification.createdAt.internetText),
        ]
        if !externalURL.isEmpty { embed["footer"] = ["text": .string(TextLimit(length: Limits.footer).cut(externalURL))] }
        if !description.isEmpty { embed["description"] = .string(description) }
        return [
            "content": .string(text.text([.headline, .changes], within: limit)), "allowed_mentions": ["parse": []],
            "embeds": [.object(embed)],
        ]
    }
}
