import Dispatch
import Foundation
import Glibc

/// What keeps a server of the tests from running; a missing one fails the run instead of being skipped.
public struct ServerProblem: Error, CustomStringConvertible {
    /// What did not work, with the server's own words where it had any.
    public var description: String

    /// A problem in words.
    public init(description: String) { self.description = description }
}

/// A process of ours with a directory of its own; both end with this object.
public final class ServerProcess: @unchecked Sendable {
    // Sendable because tests start, signal and stop a server from one task at a time.
    private let process = Process()
    /// Holds the process's files and its `output`; removed with this object.
    public let directory: URL

    /// Starts `executable`, found on the PATH unless it is absolute, with its output in `directory`/output.
    public init(_ executable: String, _ arguments: [String], environment: [String: String] = [:], in directory: URL) throws {
        self.directory = directory
        let output = directory.appending(path: "output")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        process.executableURL = URL(filePath: executable.hasPrefix("/") ? executable : "/usr/bin/env")
        process.arguments = executable.hasPrefix("/") ? arguments : [executable] + arguments
        // An agent that is killed would leave libmongoc's shared counters behind for ever.
        let inherited = ProcessInfo.processInfo.environment.merging(["MONGOC_DISABLE_SHM": "1"]) { $1 }
        process.environment = inherited.merging(environment) { $1 }
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try Ground.withoutSpawning { try process.run() }
    }

    deinit { end() }

    /// True until the process has ended, while it is frozen too.
    public var isRunning: Bool { process.isRunning }
    /// Its process id.
    public var identifier: Int32 { process.processIdentifier }
    /// All that it has written so far; empty when that cannot be read.
    public var output: String { (try? String(contentsOf: directory.appending(path: "output"), encoding: .utf8)) ?? "" }

    /// SIGSTOP, and waits until all threads have stopped: the kernel still accepts connections, and nobody answers.
    public func freeze() {
        kill(process.processIdentifier, SIGSTOP)
        let threads = "/proc/\(process.processIdentifier)/task"
        _ = wait(seconds: 5) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: threads)) ?? []
            return names.allSatisfy { name in
                let state =
                    FileManager.default.contents(atPath: "\(threads)/\(name)/stat").map { String(decoding: $0, as: UTF8.self) } ?? ""
                return state.split(separator: ")").last.map { $0.hasPrefix(" T") } ?? true
            }
        }
    }
    /// SIGCONT: what came in meanwhile is answered now.
    public func thaw() { kill(process.processIdentifier, SIGCONT) }
    /// Sends any signal, such as SIGHUP, and waits for nothing.
    public func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// SIGKILL, and waits until the process is gone.
    public func crash() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The exit status, once the process has ended; nil when it has not within `seconds`.
    public func exitStatus(within seconds: Double) -> Int32? {
        wait(seconds: seconds) { !self.process.isRunning } ? process.terminationStatus : nil
    }

    private func end() {
        crash()
        try? FileManager.default.removeItem(at: directory)
    }
}

/// Asks `condition` every 10 ms until it holds; false when it does not within `seconds`.
public func wait(seconds: Double, until condition: () -> Bool) -> Bool {
    let pause = DispatchSemaphore(value: 0)
    let end = ContinuousClock.now + .seconds(seconds)
    while !condition() {
        if ContinuousClock.now >= end { return false }
        _ = pause.wait(timeout: .now() + .milliseconds(10))
    }
    return true
}

/// A program that has run to its end.
public struct FinishedProcess: Sendable {
    /// The exit status, or the number of the signal that ended it.
    public let status: Int32
    /// All of its standard output.
    public let output: String
    /// All of its standard error.
    public let errors: String

    /// Runs `executable` with exactly this environment; through files, for reading a pipe can be interrupted by a signal.
    ///
    /// - Parameter isPiped: whether `input`, of at most 64 KiB, comes through a pipe instead, as in a shell.
    public init(
        _ executable: String, _ arguments: [String], environment: [String: String], input: [UInt8]? = nil, isPiped: Bool = false
    ) throws {
        let directory = try Ground.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let process = Process()
        process.executableURL = URL(filePath: executable.hasPrefix("/") ? executable : "/usr/bin/env")
        process.arguments = executable.hasPrefix("/") ? arguments : [executable] + arguments
        process.environment = environment
        let files = ["output", "errors"].map { directory.appending(path: $0) }
        for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = FileHandle.nullDevice
        if let input, isPiped {
            // As much as a pipe holds is written without a reader (pipe(7)), and no later process keeps the pipe open.
            precondition(input.count <= 64 * 1024)
            let pipe = Pipe()
            try pipe.fileHandleForWriting.write(contentsOf: Data(input))
            try pipe.fileHandleForWriting.close()
            process.standardInput = pipe.fileHandleForReading
        } else if let input {
            let file = directory.appending(path: "input")
            try Data(input).write(to: file)
            process.standardInput = try FileHandle(forReadingFrom: file)
        }
        try Ground.withoutSpawning { try process.run() }
        process.waitUntilExit()
        status = process.terminationStatus
        output = try String(contentsOf: files[0], encoding: .utf8)
        errors = try String(contentsOf: files[1], encoding: .utf8)
    }
}

/// Runs a program that must end well.
///
/// - Returns: what it wrote to standard output.
@discardableResult
public func run(_ executable: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil) throws -> String {
    let process = try FinishedProcess(
        executable, arguments, environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }, input: input)
    guard process.status == 0 else {
        throw ServerProblem(description: "\(executable) \(arguments.first ?? "") ended with \(process.status): \(process.errors)")
    }
    return process.output
}

/// Paths of the project, and things that every server needs.
public enum Ground {
    /// The folder that holds `Package.swift`.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// Where `scripts/deps.sh` puts `mongod`.
    public static let mongod = root.appending(path: ".deps/bin/mongod").path
    /// The Python that has `pymongo`, also put there by `scripts/deps.sh`.
    public static let python = root.appending(path: ".deps/venv/bin/python").path
    /// The path of a script in `scripts/servers`.
    public static func script(_ name: String) -> String { root.appending(path: "scripts/servers/\(name)").path }

    /// Where the products of this build are: beside the test bundle, or `.build/debug`.
    public static var products: URL {
        let arguments = ProcessInfo.processInfo.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        let directory = URL(filePath: bundle).deletingLastPathComponent()
        let isThere = FileManager.default.isExecutableFile(atPath: directory.appending(path: "tenantwatch").path)
        return isThere ? directory : root.appending(path: ".build/debug")
    }

    /// A new empty directory.
    public static func directory() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appending(path: "tenantwatch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    /// Runs `body` while no process of the tests is being started. Until a child runs its own program it holds all that this
    /// process has open, and with it the locks of files that were closed meanwhile.
    public static func withoutSpawning<Answer>(_ body: () throws -> Answer) rethrows -> Answer { try spawning.withLock { _ in try body() } }

    private static let spawning = Lock(())

    /// A port on which nobody listens, below those that the kernel gives to clients, and not given twice.
    public static func freePort() -> Int {
        ports.withLock { next in
            repeat { next = next >= 31_999 ? 10_000 : next + 1 } while !isFree(next)
            return next
        }
    }

    private static let ports = Lock(Int.random(in: 10_000..<31_000))

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, stream, 0)
        defer { close(descriptor) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
    }

    /// True when somebody listens on the port.
    public static func isListening(_ port: Int) -> Bool {
        let descriptor = connect(to: port)
        defer { close(descriptor) }
        return descriptor >= 0
    }

    /// A connection to the port, which the caller closes; -1 when nobody listens.
    public static func connect(to port: Int) -> Int32 {
        let descriptor = socket(AF_INET, stream, 0)
        var address = loopback(port)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return -1
    }

    /// A type of socket that no child inherits.
    static let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)

    static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Throw-away certificates, made once: ca, evil-ca, server, expired, wrong, client.
    public static let certificates: Result<URL, any Error> = Result {
        let directory = root.appending(path: ".deps/pki")
        try run("bash", [script("pki.sh"), directory.path])
        return directory
    }

    /// The path of one of the certificates.
    public static func certificate(_ name: String) throws -> String {
        try certificates.get().appending(path: name).path
    }
}

/// A value behind a lock.
public final class Lock<Value>: @unchecked Sendable {
    // Sendable because `value` is touched only while `lock` is held.
    private let lock = NSLock()
    private var value: Value
    /// Takes the first value.
    public init(_ value: Value) { self.value = value }
    /// Lends the value to `body`, which must not take the same lock again.
    public func withLock<Answer>(_ body: (inout Value) throws -> Answer) rethrows -> Answer {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
