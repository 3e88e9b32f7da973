internal import ArgumentParser
internal import Foundation
internal import Platform
internal import TenantCore

/// `tenantwatch resolve`: whose a request would be, and why.
struct ResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Tell whose a request with these headers is, step by step.",
        discussion: """
            Headers are read from a file or standard input, one `Name: value` a line or as curl -v prints them; what curl prints \
            besides the request is skipped. Any other line is an error: exits with 65.

            Of a token the form, times, issuer and audience are verified. Its signature is not, nor are API keys: they are \
            assumed to hold. Exits with 1 when the request is refused.
            """)

    /// `EX_DATAERR` of sysexits(3).
    private static let unreadableHeaders: Int32 = 65

    @Option(help: "File or pipe with the request's headers, - for standard input.") var headers: String?
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
            let text = try Self.contents(of: headers)
            do throws(HeaderText.Unreadable) {
                lines += try HeaderText.headers(in: text)
            } catch {
                Terminal.writeError("\(error)\n")
                endProcess(status: Self.unreadableHeaders)
            }
        }
        return RequestCredentials(headers: lines)
    }

    /// Reads until the end: `Data(contentsOf:)` and `FileManager` refuse what is no regular file, such as a pipe. Standard
    /// input is not opened by a name, which fails for the pipe of another user.
    private static func contents(of file: String) throws -> Data {
        guard file == "-" else {
            do throws(SystemFailure) {
                return Data(try FileAccess.read(file))
            } catch {
                throw ValidationError("\(Scrubber().scrub(file)) cannot be read: \(error.reason).")
            }
        }
        guard let contents = try? FileHandle.standardInput.readToEnd() ?? Data() else {
            throw ValidationError("standard input cannot be read.")
        }
        return contents
    }
}
