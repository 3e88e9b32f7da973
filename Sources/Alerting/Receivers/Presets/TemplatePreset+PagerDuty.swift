extension TemplatePreset {
    /// Events API v2: https://developer.pagerduty.com/docs/events-api-v2/overview/.
    ///
    /// A summary holds 1024 characters; our three severities are three of its four.
    static let pagerDutySource = #"""
        {
          "routing_key": "{{parameters.routing_key}}",
          "event_action": "{{#isFiring}}trigger{{/isFiring}}{{#isResolved}}resolve{{/isResolved}}",
          "dedup_key": "{{dedupKey}}",
          "client": "tenantwatch",
          {{#externalURL}}
          "client_url": "{{externalURL}}",
          {{/externalURL}}
          "payload": {
            "summary": "{{cut1024(summary)}}",
            "source": "{{#groupLabels.backend}}{{cut255(groupLabels.backend)}}{{/groupLabels.backend}}{{^groupLabels.backend}}tenantwatch{{/groupLabels.backend}}",
            "severity": "{{severity}}",
            "timestamp": "{{startsAt}}",
            {{#groupLabels.reason}}
            "class": "{{cut255(groupLabels.reason)}}",
            {{/groupLabels.reason}}
            "custom_details": {
              "kind": "{{kind}}",
              "group": "{{cut1024(groupKey)}}",
              "firing": {{firingCount}},
              "resolved": {{resolvedCount}},
              "tenant_count": {{tenantCount}},
              "tenants": [{{#tenants}}"{{.}}"{{^last()}}, {{/last()}}{{/tenants}}],
              "alerts": "{{cut8000(alertList)}}"
            }
          }
        }
        """#
}
