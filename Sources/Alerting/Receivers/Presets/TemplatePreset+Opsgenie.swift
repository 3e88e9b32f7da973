extension TemplatePreset {
    /// The alert API: https://docs.opsgenie.com/docs/alert-api, which creates at one URL and closes at another.
    ///
    /// A message holds 130 characters, a description 15000, a tag 50, all details 8000.
    static let opsgenieSource = #"""
        {{#isFiring}}
        {
          "message": "{{cut130(summary)}}",
          "alias": "{{dedupKey}}",
          "description": "{{cut15000(alertList)}}",
          "source": "tenantwatch",
          {{#groupLabels.backend}}
          "entity": "{{cut512(groupLabels.backend)}}",
          {{/groupLabels.backend}}
          "priority": "{{#isCritical}}P1{{/isCritical}}{{#isWarning}}P3{{/isWarning}}{{#isInfo}}P5{{/isInfo}}",
          "tags": ["tenantwatch", "{{severity}}"{{#tenants}}, "{{cut50(.)}}"{{/tenants}}],
          "details": {
            "kind": "{{kind}}",
            "group": "{{cut1024(groupKey)}}",
            "firing": "{{firingCount}}",
            "tenant_count": "{{tenantCount}}",
            "url": "{{cut1024(externalURL)}}"
          }
        }
        {{/isFiring}}
        {{#isResolved}}
        {"source": "tenantwatch", "note": "{{cut1024(summary)}}"}
        {{/isResolved}}
        """#

    /// Follows the URL to close what was created.
    static let opsgenieSuffix = "/{{dedupKey}}/close?identifierType=alias"
}
