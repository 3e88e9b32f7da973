internal import ArgumentParser
internal import Checking
internal import FoundationEssentials
internal import Platform
internal import TenantCore

/// `tenantwatch lint`: the configuration alone, without asking any server.
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Check the configuration without asking any server.",
        discussion: "Exits with 0 when it is clean, 1 when it has errors and 2 when it has warnings only.")

    @OptionGroup var options: SettingOptions

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        var issues: [ConfigurationIssue] = []
        do throws(ConfigurationRejected) {
            issues += try Settings(options: options, environment: environment).warnings
        } catch {
            issues += error.issues
        }
        var (count, unchecked) = (0, 0)
        do throws(ConfigurationRejected) {
            let directory = try allKinds().loader(environment: environment).load()
            issues += directory.issues
            count = directory.tenants.count
            unchecked = directory.tenants.reduce(0) { $0 + $1.notChecked.count }
        } catch {
            issues += error.issues
        }
        for issue in issues { Terminal.write("\(issue)\n") }
        let errors = issues.count { $0.severity == .error }
        let partial = unchecked > 0 ? ", \(unchecked) dependencies not checked" : ""
        Terminal.write("\(count) good tenants, \(errors) errors, \(issues.count - errors) warnings\(partial)\n")
        if errors > 0 { throw ExitCode(ExitStatus.findings) }
        if !issues.isEmpty { throw ExitCode(ExitStatus.warnings) }
    }
}
