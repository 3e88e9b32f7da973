import RealServers

/// Runs a command of the executable with nothing in its environment but these variables, a PATH and a HOME.
func command(_ arguments: [String], environment: [String: String] = [:]) throws -> FinishedProcess {
    try FinishedProcess(
        Ground.products.appending(path: "tenantwatch").path, arguments,
        environment: environment.merging(["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]) { own, _ in own })
}
