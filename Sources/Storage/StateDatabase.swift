public import GRDB
internal import Platform

/// A database could not be opened, read or written.
public struct StorageFailure: Error, Sendable, CustomStringConvertible {
    /// What was tried and why it failed, in one sentence, without anything that is stored.
    public var description: String

    /// - Parameter path: of the file, of which SQLite says too little.
    init(_ action: String, _ error: any Error, at path: String) {
        // GRDB's own description of an error quotes the statement and its arguments.
        let reason = (error as? DatabaseError).map { $0.message ?? $0.resultCode.description } ?? "an unexpected error"
        let cause = FileAccess.problem(ofWriting: path).map { ": \($0)" } ?? ""
        description = "cannot \(action): \(reason)\(cause)"
    }
}

/// One SQLite database whose commits survive a loss of power.
public final class StateDatabase: Sendable {
    private let pool: DatabasePool
    private let problems = Guarded(Problems())

    private struct Problems {
        var ofReading: String?
        var ofWriting: String?
    }

    /// Opens the file, makes it where it is missing, and brings its tables up to date.
    ///
    /// - Parameter migrations: in order; each runs once in the life of the file, and none is ever changed.
    /// - Throws: `StorageFailure` when the file is no database, is of a later version or cannot be written.
    public init(path: String, migrations: [(name: String, sql: String)]) throws(StorageFailure) {
        do {
            var configuration = Configuration()
            // With WAL, NORMAL loses the last commits at a loss of power; FULL keeps all.
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            configuration.busyMode = .timeout(5)
            pool = try DatabasePool(path: path, configuration: configuration)
            var migrator = DatabaseMigrator()
            for migration in migrations { migrator.registerMigration(migration.name) { try $0.execute(sql: migration.sql) } }
            if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw DatabaseError(message: "a later version has written it") }
            try migrator.migrate(pool)
            // After the pool has set its own default for WAL.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        } catch {
            throw StorageFailure("open \(path)", error, at: path)
        }
    }

    /// Why the last write or read failed; nil when neither did.
    public var problem: String? { problems.withLock { $0.ofWriting ?? $0.ofReading } }

    /// Runs `body` in one transaction, which is on the disk when this returns, or has left no trace when it throws.
    ///
    /// Blocks: call it on a thread of ours.
    public func write<Answer>(_ body: (Database) throws -> Answer) throws(StorageFailure) -> Answer {
        do {
            let answer = try pool.write(body)
            problems.withLock { $0.ofWriting = nil }
            return answer
        } catch {
            let failure = StorageFailure("write the state", error, at: pool.path)
            problems.withLock { $0.ofWriting = failure.description }
            throw failure
        }
    }

    /// Reads a consistent state; blocks, but waits for no writer.
    public func read<Answer>(_ body: (Database) throws -> Answer) throws(StorageFailure) -> Answer {
        do {
            let answer = try pool.read(body)
            problems.withLock { $0.ofReading = nil }
            return answer
        } catch {
            let failure = StorageFailure("read the state", error, at: pool.path)
            problems.withLock { $0.ofReading = failure.description }
            throw failure
        }
    }
}
