internal import ArgumentParser
internal import BlockingIO
internal import Glibc
internal import Platform

/// The command line.
struct Tenantwatch: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "tenantwatch",
        abstract: "Watches every tenant's MongoDB, Redis and OIDC issuer.",
        discussion: """
            Tenants come from TENANT_CONFIGS (a JSON array), TENANTWATCH_TENANTS_FILE or TENANTWATCH_TENANTS_DIR.
            Every setting is a flag, an environment variable TENANTWATCH_…, or a key of the settings file, in this order.
            """,
        version: version,
        subcommands: [
            RunCommand.self, CheckCommand.self, LintCommand.self, ResolveCommand.self, AlertsCommand.self, SilenceCommand.self,
            DeliveriesCommand.self, ReceiversCommand.self, RoutesCommand.self, ReferenceCommand.self,
        ])

    /// Follows the signals of an agent; those of the other commands end them as usual.
    static let signals = SignalHandler()
}

/// The first function of the process, in its first thread: signals are taken care of before there is another.
@main
enum Start {
    static func main() {
        let isAgent = CommandLine.arguments.dropFirst().first == RunCommand.configuration.commandName
        if isAgent { Tenantwatch.signals.hold() }
        // This thread runs nothing else: a task of its actor would wait for ever.
        Task.detached {
            await Tenantwatch.main(nil)
            exit(EXIT_SUCCESS)
        }
        if isAgent { Tenantwatch.signals.follow() }
        // A command ends itself.
        let loop = Loop("main")
        while loop.wait(until: nil) {}
    }
}

/// What the commands answer to the shell.
enum ExitStatus {
    /// A tenant is not healthy, or the configuration has an issue.
    static let findings: Int32 = 1
    /// The configuration has warnings only.
    static let warnings: Int32 = 2
    /// `EX_CONFIG` of sysexits(3): the configuration cannot be used.
    static let configuration: Int32 = 78
    /// `EX_CANTCREAT`: a directory or file of ours cannot be used.
    static let state: Int32 = 73
    /// `EX_UNAVAILABLE`: the address to listen on cannot be had.
    static let unavailable: Int32 = 69
}
