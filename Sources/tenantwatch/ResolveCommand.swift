internal import ArgumentParser
internal import FoundationEssentials
internal import Platform
internal import TenantCore

/// `tenantwatch resolve`: whose a request would be, and why.
struct ResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Tell whose a request with these headers is, step by step.",
        discussion: """
            Headers are read from a file or standard input, one `Name: value` a line, as curl -v or a log has them.
            Signatures and keys are not verified and assumed to hold; everything else about them is. Exits with 1 when the
            request is refused.
            """)

    @Option(help: "File with the request's headers, - for standard input.") var headers: String?
    @Option(help: "The value of x-tenant-id, which is no secret.") var tenantHeader: String?
    @Flag(help: "Let x-tenant-id count by itself, as behind a gateway that sets it.") var trustHeader = false
    @Flag(help: "Print JSON instead of sentences.") var json = false

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let directory: TenantDirectory
        do throws(ConfigurationRejected) {
            directory = try allKinds().loader(environment: environment).load()
        } catch {
            Terminal.writeError("\(error)\n")
            endProcess(status: ExitStatus.configuration)
        }
        let verifier = ClaimedCredentials(directory: directory, now: Date().timeIntervalSince1970)
        let trace = TenantResolver(directory: directory, verifier: verifier, trustsHeader: trustHeader).explain(try credentials())
        let report = ResolveReport(trace: trace, defaultTenant: directory.defaultTenant)
        Terminal.write(json ? "\(report.json)\n" : report.text)
        if case .refused = trace.resolution { throw ExitCode(ExitStatus.findings) }
    }

    private func credentials() throws -> RequestCredentials {
        var lines: [(name: String, value: String)] = tenantHeader.map { [("x-tenant-id", $0)] } ?? []
        if let headers {
            guard let data = FileManager.default.contents(atPath: headers == "-" ? "/dev/stdin" : headers) else {
                throw ValidationError("\(headers) cannot be read.")
            }
            lines += String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
                let pair = line.split(separator: ":", maxSplits: 1)
                return pair.count == 2 ? (Self.trimmed(pair[0]), Self.trimmed(pair[1])) : nil
            }
        }
        do throws(RequestCredentials.HeaderProblem) {
            return try RequestCredentials(headers: lines)
        } catch {
            throw ValidationError("\(error.text): such a request is refused.")
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
