import Foundation
import Glibc
import RealServers
import Testing

/// How much memory an agent holds, asked of a library in its process.
final class HeldMemory {
    private let fifo: URL

    init() throws {
        fifo = try Ground.directory().appending(path: "memory")
        try #require(mkfifo(fifo.path, 0o600) == 0)
    }

    deinit { try? FileManager.default.removeItem(at: fifo.deletingLastPathComponent()) }

    /// For the agent.
    var environment: [String: String] {
        ["LD_PRELOAD": Ground.products.appending(path: "libCMemory.so").path, "TENANTWATCH_MEMORY": fifo.path]
    }

    /// The bytes that the agent has in RAM or, under a sanitizer, has allocated; see CMemory.
    var bytes: Int {
        get throws {
            let line = try run("timeout", ["10", "head", "-n", "1", fifo.path])
            let bytes = try #require(Int(line.dropLast()))
            try #require(bytes > 0)
            return bytes
        }
    }
}
