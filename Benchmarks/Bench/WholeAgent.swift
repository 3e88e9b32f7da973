internal import Foundation
internal import RealServers
internal import TenantCore

/// An agent as it is shipped, in a process of its own.
struct WholeAgent {
    let process: ServerProcess
    let port: Int

    /// - Parameter settings: those of its file of settings.
    init(_ tenants: [JSONValue], settings: String) throws {
        let directory = try Ground.directory()
        let file = directory.appending(path: "tenants.json")
        try JSONValue.array(tenants).description.write(to: file, atomically: true, encoding: .utf8)
        let settingsFile = directory.appending(path: "settings.yaml")
        try settings.write(to: settingsFile, atomically: true, encoding: .utf8)
        port = Ground.freePort()
        process = try ServerProcess(
            Ground.products.appending(path: "tenantwatch").path, ["run", "--listen", "127.0.0.1:\(port)"],
            environment: [
                "TENANTWATCH_TENANTS_FILE": file.path, "TENANTWATCH_STATE_DIR": directory.appending(path: "state").path,
                "TENANTWATCH_SETTINGS": settingsFile.path,
            ], in: directory)
    }
}
