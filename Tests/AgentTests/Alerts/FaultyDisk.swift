import Foundation
import RealServers

/// A disk under the state of an agent that fails, or forgets, as it is told.
final class FaultyDisk {
    private let file: URL

    /// Good until told otherwise.
    init() throws {
        file = try Ground.directory().appending(path: "fault")
        try ".".write(to: file, atomically: false, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }

    /// `.` nothing, `S` writes find no space, `E` syncs fail, `C` the power goes at the next write; see CFaults.
    var fault = "." {
        didSet {
            // In place: the agent looks at the file's first byte.
            guard let handle = try? FileHandle(forWritingTo: file) else { return }
            try? handle.write(contentsOf: Data(fault.utf8))
            try? handle.close()
        }
    }

    /// For the agent.
    var environment: [String: String] {
        ["LD_PRELOAD": Ground.products.appending(path: "libCFaults.so").path, "TENANTWATCH_FAULTS": file.path]
    }
}
