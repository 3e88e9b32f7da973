import RealServers

/// Runs a command of the executable with nothing in its environment but these variables, a PATH and a HOME, and without
/// libmongoc's shared counters: those that a killed process left behind are complained of on standard error.
func command(_ arguments: [String], environment: [String: String] = [:]) throws -> FinishedProcess {
    try FinishedProcess(
        Ground.products.appending(path: "tenantwatch").path, arguments,
        environment: environment.merging(["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "MONGOC_DISABLE_SHM": "1"]) { own, _ in own })
}
