import Glibc
import Platform

@testable import Audit

/// A directory in memory that knows what would outlive a power cut, and that fails when it is told to.
final class ForgetfulDisk: SegmentDirectory {
    /// What a power cut leaves of names, or of bytes, that were not synced.
    enum Remains: CaseIterable { case none, half, all }

    fileprivate struct Inode {
        var bytes: [UInt8] = []
        var stored: [UInt8] = []
        /// After a failed sync the kernel takes the bytes for stored, and a second one has nothing to do (fsync(2), NOTES).
        var hasLostBytes = false
    }

    fileprivate struct State {
        var inodes: [Inode] = []
        var names: [String: Int] = [:]
        var storedNames: [String: Int] = [:]
        var operations: [String] = []
    }

    /// Given the number and the text of an operation, how it fails; nil when it works.
    typealias Script = @Sendable (Int, String) -> Int32?

    fileprivate let state: Guarded<State>
    private let script: Script

    /// A disk with these files on it.
    init(_ files: [String: String] = [:], failing script: @escaping Script = { _, _ in nil }) {
        var state = State()
        for (name, text) in files {
            state.names[name] = state.inodes.count
            state.inodes.append(Inode(bytes: Array(text.utf8), stored: Array(text.utf8)))
        }
        state.storedNames = state.names
        self.state = Guarded(state)
        self.script = script
    }

    /// Everything that changed something or made it durable, in order, such as `append audit.jsonl`.
    var operations: [String] { state.withLock { $0.operations } }

    /// What stands in each file.
    var files: [String: String] {
        state.withLock { state in state.names.mapValues { String(decoding: state.inodes[$0].bytes, as: UTF8.self) } }
    }

    /// The disk as the next process finds it.
    func afterPowerCut(names: Remains, bytes: Remains, failing script: @escaping Script = { _, _ in nil }) -> ForgetfulDisk {
        let files = state.withLock { state in
            (names == .none ? state.storedNames : state.names).mapValues { number -> String in
                let inode = state.inodes[number]
                let unsynced = max(0, inode.bytes.count - inode.stored.count)
                return switch bytes {
                case .none: String(decoding: inode.stored, as: UTF8.self)
                case .half: String(decoding: inode.stored + inode.bytes.suffix(unsynced).prefix(unsynced / 2), as: UTF8.self)
                case .all: String(decoding: inode.bytes, as: UTF8.self)
                }
            }
        }
        return ForgetfulDisk(files, failing: script)
    }

    /// Notes the operation and does it, unless the script lets it fail; `otherwise` happens then.
    fileprivate func perform(
        _ operation: String, _ body: (inout State) -> Void, otherwise: (inout State) -> Void = { _ in }
    ) throws(SystemFailure) {
        let code = state.withLock { state in
            state.operations.append(operation)
            let code = script(state.operations.count - 1, operation)
            if code == nil { body(&state) } else { otherwise(&state) }
            return code
        }
        if let code { throw SystemFailure(action: operation, code: code) }
    }

    func make() {}

    /// Changes nothing, so that it is no operation with a number.
    func identity(of name: String) throws(SystemFailure) -> FileIdentity? {
        if let code = script(-1, "identify \(name)") { throw SystemFailure(action: "identify \(name)", code: code) }
        return state.withLock { $0.names[name] }.map { FileIdentity(number: $0) }
    }

    func names() -> [String] { state.withLock { Array($0.names.keys) } }

    func open(_ name: String) throws(SystemFailure) -> any Segment {
        if !names().contains(name) {
            try perform("make \(name)") { state in
                state.names[name] = state.inodes.count
                state.inodes.append(Inode())
            }
        }
        return try openForReading(name)
    }

    func openForReading(_ name: String) throws(SystemFailure) -> any Segment {
        guard let inode = state.withLock({ $0.names[name] }) else { throw SystemFailure(action: "open \(name)", code: ENOENT) }
        return OpenFile(disk: self, name: name, inode: inode)
    }

    func rename(_ name: String, to newName: String) throws(SystemFailure) {
        try perform("rename \(name) to \(newName)") { $0.names[newName] = $0.names.removeValue(forKey: name) }
    }

    func remove(_ name: String) throws(SystemFailure) { try perform("remove \(name)") { $0.names[name] = nil } }

    func sync() throws(SystemFailure) { try perform("sync names") { $0.storedNames = $0.names } }
}

/// An open file of a `ForgetfulDisk`, which stays the same file under any name.
private struct OpenFile: Segment {
    let disk: ForgetfulDisk
    let name: String
    let inode: Int

    var identity: FileIdentity? { FileIdentity(number: inode) }
    var size: Int { disk.state.withLock { $0.inodes[inode].bytes.count } }

    func read(_ range: Range<Int>) -> [UInt8] {
        disk.state.withLock { state in
            Array(state.inodes[inode].bytes[range.clamped(to: 0..<state.inodes[inode].bytes.count)])
        }
    }

    /// Half of the bytes may be there when it fails.
    func append(_ bytes: [UInt8]) throws(SystemFailure) {
        try disk.perform("append \(name)", { $0.inodes[inode].bytes += bytes }) {
            $0.inodes[inode].bytes += bytes.prefix(bytes.count / 2)
        }
    }

    func truncate(to size: Int) throws(SystemFailure) {
        try disk.perform("truncate \(name)", { $0.inodes[inode].bytes.removeLast($0.inodes[inode].bytes.count - size) })
    }

    func sync() throws(SystemFailure) {
        try disk.perform("sync \(name)") { state in
            let file = state.inodes[inode]
            state.inodes[inode].stored = file.hasLostBytes ? Array(file.bytes.prefix(file.stored.count)) : file.bytes
        } otherwise: { state in
            let file = state.inodes[inode]
            let unsynced = max(0, file.bytes.count - file.stored.count)
            state.inodes[inode].stored += file.bytes.suffix(unsynced).prefix(unsynced / 2)
            state.inodes[inode].hasLostBytes = true
        }
    }
}
