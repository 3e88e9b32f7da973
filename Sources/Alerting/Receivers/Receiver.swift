public import FoundationEssentials
public import TenantCore

/// Where and how a receiver is reached.
public struct ReceiverEndpoint: Sendable, Equatable {
    /// Who we say we are.
    public enum Credentials: Sendable, Equatable {
        case bearer(Secret)
        case basic(username: String, password: Secret)
    }

    /// The whole URL; a secret, for it often holds a token. Only `host` is ever shown.
    public var url: Secret
    /// The URL's host and port, for messages.
    public var host: String
    /// Matters for `https://` alone.
    public var tls: TLSSettings
    /// Nil sends no `Authorization`.
    public var credentials: Credentials?
    /// Sent with every request; values may be secrets.
    public var headers: [Header]

    /// A header of the operator's.
    public struct Header: Sendable, Equatable {
        /// Of letters, digits and `-`.
        public var name: String
        /// One line.
        public var value: Secret

        /// A header; nothing is checked here.
        public init(name: String, value: Secret) {
            self.name = name
            self.value = value
        }
    }

    /// An endpoint from a URL that was parsed before; nothing is checked here.
    public init(
        url: Secret, host: String, tls: TLSSettings = TLSSettings(), credentials: Credentials? = nil, headers: [Header] = []
    ) {
        self.url = url
        self.host = host
        self.tls = tls
        self.credentials = credentials
        self.headers = headers
    }
}

/// Somebody who is told of alerts, as configured.
public struct ReceiverSettings: Sendable, Equatable {
    /// What the receiver understands.
    public enum Kind: Sendable, Equatable {
        /// Alertmanager's webhook body, version 4.
        case webhook(ReceiverEndpoint, WebhookSettings = WebhookSettings())
        /// The API v2 of one or more Alertmanagers; every one of them is told everything.
        case alertmanager([ReceiverEndpoint])
        /// An incoming webhook of Slack, or of what takes the same.
        case slack(ReceiverEndpoint)
        /// A workflow of Microsoft Teams.
        case microsoftTeams(ReceiverEndpoint)
        /// The Events API v2 of PagerDuty.
        case pagerDuty(ReceiverEndpoint, routingKey: Secret)
        /// The alert API of Opsgenie, whose key is a header of the endpoint.
        case opsgenie(ReceiverEndpoint)
        /// A channel's webhook of Discord.
        case discord(ReceiverEndpoint)
        /// A body from a Mustache template of the operator's.
        case template(ReceiverEndpoint, TemplateSettings)
    }

    /// Unique; the value of the `receiver` label. A tenant's own are called `tenant/name`.
    public var name: String
    /// What it understands.
    public var kind: Kind
    /// Standard Webhooks secrets (`whsec_…`); with two, both sign, so that one can be replaced. None signs nothing.
    public var signingSecrets: [Secret]
    /// Whether it hears that alerts are resolved.
    public var sendsResolved: Bool

    /// A receiver; nothing is checked here.
    public init(name: String, kind: Kind, signingSecrets: [Secret] = [], sendsResolved: Bool = true) {
        self.name = name
        self.kind = kind
        self.signingSecrets = signingSecrets
        self.sendsResolved = sendsResolved
    }

    /// True for one that is told of single alerts by their state, and not of groups by the outbox.
    public var isMirror: Bool {
        if case .alertmanager = kind { true } else { false }
    }
}

/// How a body is made from a notification.
public struct TemplateSettings: Sendable, Equatable {
    /// What the template makes, which says how inserted texts are escaped.
    public enum Format: String, Sendable, CaseIterable {
        case json, form, text
    }

    /// Mustache.
    public var source: String
    /// Sets escaping and `Content-Type`.
    public var format: Format
    /// Values of the operator's for the template, such as a routing key; may be secrets. Under `parameters.` there.
    public var parameters: [String: Secret]

    /// A template; `source` is parsed by `TemplateBody.problem(with:)`.
    public init(source: String, format: Format, parameters: [String: Secret] = [:]) {
        self.source = source
        self.format = format
        self.parameters = parameters
    }
}

/// How one attempt to deliver a notification ended.
public enum DeliveryOutcome: Sendable, Equatable {
    case delivered
    /// Tried again later, as the schedule says, but not before `retryAfter`.
    ///
    /// `isReceiverWide` says that the next notification would probably fare no better: the receiver fails, does not answer,
    /// or asked for less.
    case failed(problem: String, retryAfter: Duration?, isReceiverWide: Bool)
    /// There was no connection, so that the notification cannot be the cause; tried again as the receiver's schedule says.
    case unreachable(problem: String)
    /// The receiver wants no more, ever.
    case gone(problem: String)

    /// Why it was not taken; nil when it was.
    public var problem: String? {
        switch self {
        case .delivered: nil
        case .failed(let problem, _, _), .unreachable(let problem), .gone(let problem): problem
        }
    }

    /// Whether another attempt may succeed.
    var isRetried: Bool {
        switch self {
        case .failed, .unreachable: true
        case .delivered, .gone: false
        }
    }

    /// What the receiver asked for.
    var retryAfter: Duration? { if case .failed(_, let wish, _) = self { wish } else { nil } }
}

/// Hands one notification over; blocks its thread until its deadline at most.
public protocol NotificationSender: Sendable {
    /// - Parameters:
    ///   - attempt: counted from 1.
    ///   - now: the wall clock, for the signature's timestamp.
    func send(_ notification: Notification, attempt: Int, at now: Date) -> DeliveryOutcome

    /// Hands over what is left of a notification that may take several requests.
    ///
    /// - Parameters:
    ///   - progress: what the receiver has taken already.
    ///   - record: is told after each body but the last what the receiver has taken by then, and answers whether that is
    ///     stored; nothing else is sent when it is not.
    func send(
        _ notification: Notification, from progress: DeliveryProgress, attempt: Int, at now: Date, record: (DeliveryProgress) -> Bool
    ) -> DeliveryOutcome
}

extension NotificationSender {
    /// One request is all.
    public func send(
        _ notification: Notification, from progress: DeliveryProgress, attempt: Int, at now: Date, record: (DeliveryProgress) -> Bool
    ) -> DeliveryOutcome {
        send(notification, attempt: attempt, at: now)
    }
}
