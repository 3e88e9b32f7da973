internal import FoundationEssentials
internal import TenantCore

/// Hands notifications to one receiver by HTTP POST.
struct HTTPSender: NotificationSender {
    /// What is sent where.
    private enum Content: Sendable {
        case webhook(EndpointClient, WebhookSettings)
        case message(EndpointClient, any MessageBody)
        case template(EndpointClient, Result<TemplateBody, TemplateProblem>)
    }

    private static let isStopping = DeliveryOutcome.failed(problem: "the agent stops", retryAfter: nil, isReceiverWide: true)

    private let content: Content
    private let signer: StandardWebhooks
    private let externalURL: String
    private let bodyLimits: BodyLimits

    /// A sender; nil for a receiver that is told by state.
    ///
    /// - Parameters:
    ///   - externalURL: where people reach this agent, without a final slash.
    ///   - bodyLimits: what has turned out about the sizes that receivers take.
    init?(_ settings: ReceiverSettings, externalURL: String, bodyLimits: BodyLimits = BodyLimits()) {
        self.externalURL = externalURL
        self.bodyLimits = bodyLimits
        signer = StandardWebhooks(secrets: settings.signingSecrets)
        let client = { (endpoint: ReceiverEndpoint, secrets: [Secret]) in
            EndpointClient(endpoint, others: settings.signingSecrets + secrets)
        }
        switch settings.kind {
        case .webhook(let endpoint, let webhook):
            content = .webhook(client(endpoint, []), webhook)
        case .slack(let endpoint): content = .message(client(endpoint, []), SlackBody(externalURL: externalURL))
        case .microsoftTeams(let endpoint): content = .message(client(endpoint, []), TeamsBody(externalURL: externalURL))
        case .pagerDuty(let endpoint, let key):
            content = .message(client(endpoint, [key]), PagerDutyBody(externalURL: externalURL, routingKey: key))
        case .opsgenie(let endpoint): content = .message(client(endpoint, []), OpsgenieBody(externalURL: externalURL))
        case .discord(let endpoint): content = .message(client(endpoint, []), DiscordBody(externalURL: externalURL))
        case .template(let endpoint, let template):
            let body = Result { () throws(TemplateProblem) in try TemplateBody(template, externalURL: externalURL) }
            content = .template(client(endpoint, Array(template.parameters.values)), body)
        case .alertmanager: return nil
        }
    }

    func send(_ notification: Notification, attempt: Int, at now: Date) -> DeliveryOutcome {
        send(notification, from: DeliveryProgress(), attempt: attempt, at: now) { _ in true }
    }

    func send(
        _ notification: Notification, from progress: DeliveryProgress, attempt: Int, at now: Date, record: (DeliveryProgress) -> Bool
    ) -> DeliveryOutcome {
        // Without its signature a notification would be refused, or trusted by those who should not.
        if let problem = signer.secrets.lazy.compactMap(StandardWebhooks.problem).first {
            return .failed(problem: "a signing secret \(problem)", retryAfter: nil, isReceiverWide: true)
        }
        switch content {
        case .webhook(let client, let settings):
            return send(notification, settings, from: progress, to: client, at: now, record: record)
        case .message(let client, let message):
            let body = message.json(for: notification).serialized
            return client.post(
                body, contentType: "application/json", suffix: message.suffix(for: notification),
                headers: signer.headers(id: notification.id, at: now, body: body))
        case .template(let client, let template):
            do throws(TemplateProblem) {
                let template = try template.get()
                let body = try template.render(notification)
                return client.post(
                    body, contentType: template.contentType, suffix: template.suffix(for: notification),
                    headers: signer.headers(id: notification.id, at: now, body: body))
            } catch {
                return .failed(problem: error.description, retryAfter: nil, isReceiverWide: false)
            }
        }
    }

    /// Sends a notification in as many bodies as it takes, in order; the first failure ends it.
    ///
    /// What a body holds under an id changes only while the receiver refuses it as too large, and then it becomes less: one
    /// that goes by ids loses nothing.
    private func send(
        _ notification: Notification, _ settings: WebhookSettings, from progress: DeliveryProgress, to client: EndpointClient,
        at now: Date, record: (DeliveryProgress) -> Bool
    ) -> DeliveryOutcome {
        let body = WebhookBody(notification: notification, externalURL: externalURL)
        let url = client.endpoint.url
        var progress = progress
        var isBrief = false
        while true {
            let limit = min(bodyLimits.limit(for: url, settings: settings.maxBodySize), progress.bodyLimit ?? .max)
            // In brief only what was refused by itself.
            let part = body.part(from: progress.alerts, limit: isBrief ? 0 : limit, isBrief: isBrief)
            let isLast = progress.alerts + part.count >= notification.alerts.count
            if !isLast, progress.bodyLimit == nil {
                // So that a crash repeats what was sent under this id, whatever limits hold then.
                progress.bodyLimit = limit
                guard record(progress) else { return Self.isStopping }
            }
            let headers = signer.headers(id: progress.partID(of: notification), at: now, body: part.bytes)
            let (outcome, isTooLarge) = client.exchange(part.bytes, contentType: "application/json", headers: headers)
            if isTooLarge, part.count > 1 {
                progress.bodyLimit = bodyLimits.halve(for: url, refused: part.bytes.count, limit: limit)
            } else if isTooLarge, !isBrief {
                isBrief = true
                continue
            } else if outcome == .delivered {
                progress.parts += 1
                progress.alerts += part.count
                isBrief = false
                if isLast { return .delivered }
            } else {
                if isTooLarge { bodyLimits.forget(url) }
                return outcome
            }
            guard record(progress) else { return Self.isStopping }
        }
    }
}
