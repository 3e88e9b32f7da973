extension TemplatePreset {
    /// A workflow's webhook ("When a Teams webhook request is received"), which posts the Adaptive Cards of a message.
    ///
    /// A `TextRun` is plain text, a `TextBlock` would be Markdown:
    /// https://learn.microsoft.com/en-us/adaptive-cards/create/textfeatures. A message holds 28 KB.
    static let microsoftTeamsSource = #"""
        {
          "type": "message",
          "attachments": [
            {
              "contentType": "application/vnd.microsoft.card.adaptive",
              "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": {"width": "Full"},
                "fallbackText": "{{cut300(summary)}}",
                "body": [
                  {
                    "type": "Container",
                    "style": "{{#isResolved}}good{{/isResolved}}{{#isFiring}}{{#isCritical}}attention{{/isCritical}}{{#isWarning}}warning{{/isWarning}}{{#isInfo}}accent{{/isInfo}}{{/isFiring}}",
                    "items": [
                      {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "weight": "Bolder", "text": "{{cut300(summary)}}"}]}
                    ]
                  },
                  {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "{{cut3000(alertList)}}"}]},
                  {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "isSubtle": true, "size": "Small", "text": "tenantwatch · {{kind}} · {{severity}}"}]}
                ],
                "actions": [
                  {{#externalURL}}
                  {"type": "Action.OpenUrl", "title": "Open tenantwatch", "url": "{{externalURL}}"}
                  {{/externalURL}}
                ]
              }
            }
          ]
        }
        """#
}
