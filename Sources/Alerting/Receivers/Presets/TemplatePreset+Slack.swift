extension TemplatePreset {
    /// An incoming webhook: https://api.slack.com/messaging/webhooks.
    ///
    /// The list is plain text, in which nothing is a mention or a link; a block holds 3000 characters. A bar of colour
    /// is to be had in an attachment alone.
    static let slackSource = #"""
        {
          "text": "{{slack(cut1000(summary))}}",
          "mrkdwn": false,
          "unfurl_links": false,
          "unfurl_media": false,
          "attachments": [
            {
              "color": "{{#isResolved}}#2e7d32{{/isResolved}}{{#isFiring}}{{#isCritical}}#c62828{{/isCritical}}{{#isWarning}}#f9a825{{/isWarning}}{{#isInfo}}#1565c0{{/isInfo}}{{/isFiring}}",
              "fallback": "{{slack(cut1000(summary))}}",
              "blocks": [
                {
                  "type": "section",
                  "text": {"type": "plain_text", "emoji": false, "text": "{{cut3000(alertList)}}"}
                },
                {
                  "type": "context",
                  "elements": [
                    {"type": "plain_text", "emoji": false, "text": "tenantwatch · {{kind}} · {{severity}}{{#externalURL}} · {{cut1000(externalURL)}}{{/externalURL}}"}
                  ]
                }
              ]
            }
          ]
        }
        """#
}
