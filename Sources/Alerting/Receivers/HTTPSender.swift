internal import FoundationEssentials
internal import TenantCore

/// Hands notifications to one receiver by HTTP POST.
struct HTTPSender: NotificationSender {
    /// What is sent where.
    private enum Content: Sendable {
        case webhook(EndpointClient)
        case template(EndpointClient, Result<TemplateBody, TemplateProblem>)
    }

    private let content: Content
    private let signer: StandardWebhooks
    private let externalURL: String

    /// A sender; nil for a receiver that is told by state.
    ///
    /// - Parameter externalURL: where people reach this agent, without a final slash.
    init?(_ settings: ReceiverSettings, externalURL: String) {
        self.externalURL = externalURL
        signer = StandardWebhooks(secrets: settings.signingSecrets)
        switch settings.kind {
        case .webhook(let endpoint): content = .webhook(EndpointClient(endpoint, others: settings.signingSecrets))
        case .template(let endpoint, let template):
            let others = settings.signingSecrets + template.parameters.values
            let body = Result { () throws(TemplateProblem) in try TemplateBody(template, externalURL: externalURL) }
            content = .template(EndpointClient(endpoint, others: others), body)
        case .alertmanager: return nil
        }
    }

    func send(_ notification: Notification, attempt: Int, at now: Date) -> DeliveryOutcome {
        switch content {
        case .webhook(let client):
            let body = WebhookBody(notification: notification, externalURL: externalURL).json.serialized
            return post(body, contentType: "application/json", of: notification, to: client, at: now)
        case .template(let client, let template):
            do throws(TemplateProblem) {
                let template = try template.get()
                return post(
                    try template.render(notification), contentType: template.contentType, suffix: template.suffix(for: notification),
                    of: notification, to: client, at: now)
            } catch {
                return .failed(problem: error.description, retryAfter: nil, isReceiverWide: false)
            }
        }
    }

    private func post(
        _ body: [UInt8], contentType: String, suffix: String = "", of notification: Notification, to client: EndpointClient, at now: Date
    ) -> DeliveryOutcome {
        // Without its signature a notification would be refused, or trusted by those who should not.
        if let problem = signer.secrets.lazy.compactMap(StandardWebhooks.problem).first {
            return .failed(problem: "a signing secret \(problem)", retryAfter: nil, isReceiverWide: true)
        }
        let signature = signer.headers(id: notification.id, at: now, body: body)
        return client.post(body, contentType: contentType, suffix: suffix, headers: signature)
    }
}
