extension TemplatePreset {
    /// A channel's webhook: https://discord.com/developers/docs/resources/webhook#execute-webhook.
    ///
    /// A message holds 2000 characters, an embed's description 4096. Nobody is mentioned, whatever a text says.
    /// The address is no link: Discord refuses the whole message when a URL's host has no dot.
    static let discordSource = #"""
        {
          "content": "{{cut2000(markdown(cut900(summary)))}}",
          "allowed_mentions": {"parse": []},
          "embeds": [
            {
              "title": "tenantwatch · {{kind}} · {{severity}}",
              "color": {{#isResolved}}3046706{{/isResolved}}{{#isFiring}}{{#isCritical}}12986408{{/isCritical}}{{#isWarning}}16361509{{/isWarning}}{{#isInfo}}1402304{{/isInfo}}{{/isFiring}},
              "timestamp": "{{createdAt}}",
              {{#externalURL}}
              "footer": {"text": "{{externalURL}}"},
              {{/externalURL}}
              "description": "{{cut4096(markdown(alertList))}}"
            }
          ]
        }
        """#
}
