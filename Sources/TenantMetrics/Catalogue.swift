/// Every metric that Tenantwatch exposes; docs/metrics.md is generated from it.
public enum Catalogue {
    static let up = Metric(
        .gauge, "tenantwatch_up", ["tenant", "dependency"],
        "1 when the last check of the dependency was answered well, 0 when it failed; absent while the status is unknown.")
    static let status = Metric(
        .gauge, "tenantwatch_status", ["tenant", "dependency", "status"],
        "1 for the status that holds (healthy, unknown, degraded or down), 0 for the others.")
    static let lastDuration = Metric(
        .gauge, "tenantwatch_check_last_duration_seconds", ["tenant", "check"],
        "Duration of the last check, from the moment a thread took it to its answer.")
    static let duration = Metric(.summary, "tenantwatch_check_duration_seconds", ["tenant", "check"], "Durations of all checks.")
    static let phase = Metric(
        .gauge, "tenantwatch_check_phase_seconds", ["tenant", "check", "phase"],
        "Duration of a step of the last check; of a kept session the steps of its last dial.")
    static let checks = Metric(.counter, "tenantwatch_checks_total", ["tenant", "check"], "Checks that ended, well or not.")
    static let failures = Metric(.counter, "tenantwatch_check_failures_total", ["tenant", "check"], "Checks that failed.")
    static let failing = Metric(
        .gauge, "tenantwatch_failing", ["tenant", "check", "reason"],
        "1 while the last check failed or found something, with the reason; absent otherwise.")
    static let inconclusive = Metric(
        .gauge, "tenantwatch_inconclusive", ["tenant", "check", "reason"],
        "1 while the last answer said nothing about the dependency, such as a request to slow down; absent otherwise.")
    static let lastSuccess = Metric(
        .gauge, "tenantwatch_last_success_timestamp_seconds", ["tenant", "check"], "When the check last succeeded; 0 when it never has.")
    static let interval = Metric(
        .gauge, "tenantwatch_check_interval_seconds", ["tenant", "check"], "Effective time between two turns of the check.")
    static let notChecked = Metric(
        .gauge, "tenantwatch_not_checked", ["tenant", "dependency"],
        "1 for each dependency that is configured and that no check can ask; `tenantwatch lint` says why. Absent for all others.")
    static let isolationFindings = Metric(
        .gauge, "tenantwatch_isolation_findings", ["tenant"],
        "Places where the configuration lets the tenant share what should be its own; `tenantwatch lint` names them.")
    static let tenantInfo = Metric(
        .info, "tenantwatch_tenant_info", ["tenant", "name", "frontend_url", "(the tenant's own labels)"],
        "1 for each watched tenant, with what its configuration says of it.")
    static let backendInfo = Metric(
        .info, "tenantwatch_tenant_backend_info", ["tenant", "dependency", "backend"],
        "1 for each dependency, with the server that it leans on.")

    static let fleetDuration = Metric(
        .histogram, "tenantwatch_fleet_check_duration_seconds", ["dependency"], "Durations of the checks of all tenants.")
    static let fleetFailures = Metric(
        .counter, "tenantwatch_fleet_check_failures_total", ["check", "reason"], "Failed checks of all tenants by reason.")
    static let lateness = Metric(
        .histogram, "tenantwatch_schedule_lateness_seconds", [],
        "Time between the turn of a check, or the end of its wait for a silent server, and the moment a thread took it; 0 when that was before."
    )
    static let skipped = Metric(
        .counter, "tenantwatch_skipped_turns_total", ["dependency"],
        "Turns that were skipped because no thread was free for a whole interval, or their check was still under way.")

    static let tenants = Metric(.gauge, "tenantwatch_tenants", ["state"], "Tenants of the configuration: watched or rejected.")
    static let issues = Metric(.gauge, "tenantwatch_config_issues", ["severity"], "Issues of the configuration that is in force.")
    static let reloadSuccessful = Metric(
        .gauge, "tenantwatch_config_last_reload_successful", [],
        "1 when the last load of the configuration could be used, 0 when it was rejected.")
    static let reloadTimestamp = Metric(
        .gauge, "tenantwatch_config_last_reload_success_timestamp_seconds", [], "When a configuration was last loaded and used.")

    static let alertsFiring = Metric(.gauge, "tenantwatch_alerts_firing", ["alertname"], "Alerts that fire now.")
    static let alertsMuted = Metric(
        .gauge, "tenantwatch_alerts_muted", [], "Alerts that fire and that nobody is told of: silenced, in maintenance or inhibited.")
    static let alertTransitions = Metric(
        .counter, "tenantwatch_alert_transitions_total", ["alertname", "transition"], "Alerts that fired or were resolved.")
    static let silences = Metric(.gauge, "tenantwatch_silences_active", [], "Silences that hold now.")
    static let notifications = Metric(
        .counter, "tenantwatch_notifications_total", ["receiver"], "Notifications that were committed for a receiver.")
    static let deliveries = Metric(
        .counter, "tenantwatch_deliveries_total", ["receiver", "outcome"],
        "Attempts to hand a notification to a receiver: succeeded, failed (and repeated) or abandoned (a dead letter).")
    static let oldestNotification = Metric(
        .gauge, "tenantwatch_notifications_oldest_age_seconds", ["receiver"],
        "How long the oldest notification has waited for its receiver; 0 when none waits.")

    static let sinkDropped = Metric(
        .counter, "tenantwatch_sink_dropped_total", ["sink"], "Entries that a sink's full queue could not take.")
    static let sinkQueued = Metric(.gauge, "tenantwatch_sink_queued", ["sink"], "Entries that wait in a sink's queue.")
    static let sinkHealthy = Metric(.gauge, "tenantwatch_sink_healthy", ["sink"], "1 while the sink could store or send its last entry.")
    static let loopBeat = Metric(
        .gauge, "tenantwatch_loop_last_beat_timestamp_seconds", ["loop"],
        "When a loop last went on: scheduler or alerts; both do so at least once a second. Absent while it does not run.")
    static let laneBusy = Metric(.gauge, "tenantwatch_lane_threads_busy", ["lane"], "Threads inside a call, those given up included.")
    static let laneThreads = Metric(.gauge, "tenantwatch_lane_threads", ["lane"], "Threads that can take checks.")
    static let laneQueued = Metric(.gauge, "tenantwatch_lane_queued", ["lane"], "Checks that wait for a thread.")
    static let sessions = Metric(
        .gauge, "tenantwatch_sessions_open", ["dependency"], "Sessions that are open, kept for the next check or in use.")

    static let build = Metric(.info, "tenantwatch_build_info", ["version"], "1, with the version that runs.")
    static let processorSeconds = Metric(.counter, "process_cpu_seconds_total", [], "User and system time of the process.")
    static let residentBytes = Metric(.gauge, "process_resident_memory_bytes", [], "Resident memory of the process.")
    static let virtualBytes = Metric(.gauge, "process_virtual_memory_bytes", [], "Virtual memory of the process.")
    static let openDescriptors = Metric(.gauge, "process_open_fds", [], "Open file descriptors.")
    static let maximumDescriptors = Metric(.gauge, "process_max_fds", [], "Limit of open file descriptors.")
    static let startTime = Metric(.gauge, "process_start_time_seconds", [], "When the process started.")

    /// All families in the order of the exposition.
    public static let all: [Metric] = [
        up, status, lastDuration, duration, phase, checks, failures, failing, inconclusive, lastSuccess, interval, notChecked,
        isolationFindings,
        tenantInfo,
        backendInfo,
        fleetDuration, fleetFailures, lateness, skipped, tenants, issues, reloadSuccessful, reloadTimestamp, alertsFiring,
        alertsMuted, alertTransitions, silences, notifications, deliveries, oldestNotification, sinkDropped, sinkQueued, sinkHealthy,
        loopBeat, laneBusy, laneThreads, laneQueued, sessions, build,
        processorSeconds, residentBytes, virtualBytes, openDescriptors, maximumDescriptors, startTime,
    ]

    /// The catalogue as a Markdown page.
    public static var markdown: String {
        let rows = all.map { metric in
            let labels = metric.labels.map { $0.hasPrefix("(") ? $0 : "`\($0)`" }.joined(separator: ", ")
            return "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(metric.help) |"
        }
        return """
            # Metrics

            Generated from `Sources/TenantMetrics/Catalogue.swift` by `tenantwatch reference metrics`; a test keeps it true.

            `GET /metrics` answers in OpenMetrics 1.0 when the `Accept` header asks for it, as Prometheus does, and else in the
            Prometheus text format 0.0.4; with gzip when `Accept-Encoding` allows it. All durations are in seconds, all sizes in
            bytes. OpenMetrics takes `_total` and `_info` off the names of families, and an `info` is a gauge in the text format.
            More than eight pages at once are refused with 503 and `Retry-After`; one that is read too slowly for a minute ends.

            | metric | type | labels | meaning |
            | --- | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            """
    }
}
