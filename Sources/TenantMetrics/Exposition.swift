public import Checking
internal import Platform
internal import TenantCore

/// Figures of the agent's own machinery, read at the moment of a scrape.
public struct MachineFigures: Sendable {
    /// A sink that does I/O.
    public struct Sink: Sendable {
        /// The value of the `sink` label, for example `audit`.
        public var name: String
        /// Entries that wait in its queue.
        public var queued: Int
        /// Entries that its queue could not take, since the start.
        public var dropped: Int
        /// False while it could not store or send its last entry.
        public var isHealthy: Bool

        /// A sink's figures, as the agent reads them for one scrape.
        public init(name: String, queued: Int, dropped: Int, isHealthy: Bool) {
            self.name = name
            self.queued = queued
            self.dropped = dropped
            self.isHealthy = isHealthy
        }
    }

    /// A lane with its threads.
    public struct Lane: Sendable {
        /// The value of the `lane` label: the dependency whose checks it runs.
        public var name: String
        /// Threads inside a call, those given up included.
        public var busyThreads: Int
        /// Threads that can take checks.
        public var threads: Int
        /// Checks that wait for a thread.
        public var queued: Int

        /// A lane's figures, as the agent reads them for one scrape.
        public init(name: String, busyThreads: Int, threads: Int, queued: Int) {
            self.name = name
            self.busyThreads = busyThreads
            self.threads = threads
            self.queued = queued
        }
    }

    /// A loop that must go on.
    public struct Loop: Sendable {
        /// The value of the `loop` label.
        public var name: String
        /// Seconds since 1970; nil while it does not run.
        public var lastBeat: Double?

        /// A loop's figures, as the agent reads them for one scrape.
        public init(name: String, lastBeat: Double?) {
            self.name = name
            self.lastBeat = lastBeat
        }
    }

    /// The agent's version, for example `0.1.0`.
    public var version: String
    /// Seconds since 1970.
    public var startTime: Double
    /// The audit log and every receiver.
    public var sinks: [Sink]
    /// The loops that are watched.
    public var loops: [Loop]
    /// One lane for each dependency.
    public var lanes: [Lane]
    /// Kept sessions by dependency.
    public var sessions: [(dependency: String, count: Int)]
    /// Alerts and their delivery.
    public var alerts: AlertSeries

    /// All figures of one scrape; made by the agent.
    public init(
        version: String, startTime: Double, sinks: [Sink], loops: [Loop] = [], lanes: [Lane],
        sessions: [(dependency: String, count: Int)], alerts: AlertSeries = AlertSeries()
    ) {
        self.version = version
        self.startTime = startTime
        self.sinks = sinks
        self.loops = loops
        self.lanes = lanes
        self.sessions = sessions
        self.alerts = alerts
    }
}

/// The text of one scrape, made chunk by chunk while it is sent.
public struct Exposition: Sequence, IteratorProtocol, Sendable {
    /// A chunk ends with the first batch of rows that brings it to so many bytes.
    static let chunkSize = 64 * 1024
    /// About how far the largest batch goes beyond that: of rows with five lines and long names.
    static let chunkMargin = 16 * 1024
    /// How many rows are written before the size is looked at.
    private static let batch = 16

    /// One family: how many rows it has and how each is written.
    struct Family: Sendable {
        var metric: Metric
        var rowCount: Int
        var write: @Sendable (Range<Int>, inout TextBuffer) -> Void
    }

    private let format: ExpositionFormat
    private let families: [Family]
    private var family = 0
    private var row = 0
    private var isOver = false
    private var buffer = TextBuffer()

    /// Takes the figures of this moment; rows are written later, from this copy.
    public init(ledger: MetricsLedger, statuses: StatusSnapshot?, machine: MachineFigures, format: ExpositionFormat = .text) {
        self.format = format
        let figures = ledger.snapshot()
        var families = Self.checkFamilies(figures)
        if let statuses { families += Self.tenantFamilies(statuses, figures) + Self.configurationFamilies(statuses) }
        families += Self.fleetFamilies(figures.fleet) + Self.alertFamilies(machine.alerts) + Self.machineFamilies(machine)
        let order = Dictionary(uniqueKeysWithValues: Catalogue.all.enumerated().map { ($1.name, $0) })
        self.families = families.sorted { (order[$0.metric.name] ?? 0) < (order[$1.metric.name] ?? 0) }
    }

    /// The next chunk, nil at the end.
    public mutating func next() -> [UInt8]? {
        while family < families.count {
            let current = families[family]
            if row == 0 { buffer.header(current.metric, format) }
            while row < current.rowCount {
                let end = Swift.min(row + Self.batch, current.rowCount)
                current.write(row..<end, &buffer)
                row = end
                if buffer.bytes.count >= Self.chunkSize { return buffer.take() }
            }
            family += 1
            row = 0
        }
        if !isOver, format == .openMetrics { buffer.append("# EOF\n") }
        isOver = true
        return buffer.bytes.isEmpty ? nil : buffer.take()
    }
}
