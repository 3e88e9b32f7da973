internal import ArgumentParser
internal import FoundationEssentials
internal import Platform
internal import TenantCore

/// Which agent a command talks to.
struct AgentOptions: ParsableArguments {
    @Option(name: .customLong("state-dir"), help: "Directory of the agent's state.") var stateDirectory: String?
    @Option(help: "Settings file in YAML.") var settings: String?

    /// The directory that `run` would take from the same flags, environment and file.
    func resolvedStateDirectory(_ environment: [String: String]) throws(ConfigurationRejected) -> String {
        // Whoever names the directory is not kept from the agent by a file that cannot be read.
        let given = [stateDirectory, environment[Setting.stateDirectory.variable]].lazy.compactMap { $0 }.first { !$0.isEmpty }
        if let given { return given }
        let path = settings ?? environment["TENANTWATCH_SETTINGS"]
        let file = try path.map { path throws(ConfigurationRejected) in try SettingsFile(path: path) } ?? SettingsFile()
        let reader = SettingsReader(flags: [:], environment: environment, file: file)
        return reader.text(.stateDirectory) ?? SettingsReader.defaultStateDirectory(environment)
    }
}

/// What every command that lists something takes.
struct ListOptions: ParsableArguments {
    @OptionGroup var agent: AgentOptions
    @Flag(help: "Print JSON instead of a table.") var json = false
}

/// Who asks for a change, for the audit log and for others.
struct AuthorOptions: ParsableArguments {
    @Option(help: "Who asks for it; SUDO_USER, USER or the name of the user unless given.") var author: String?

    /// - Throws: `ValidationError` when nobody can be named.
    func name() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let names = [author, environment["SUDO_USER"], environment["USER"], ProcessUser.name]
        guard let name = names.compactMap({ $0 }).first(where: { !$0.isEmpty }) else {
            throw ValidationError("Nobody is named: give --author.")
        }
        return name
    }
}
