internal import Platform

/// One file of the log, as far as the log needs it; a test puts one that fails or forgets in its place.
protocol Segment: Sendable {
    /// Which file it is, under any name; nil when that cannot be known.
    var identity: FileIdentity? { get }
    var size: Int { get }
    func read(_ range: Range<Int>) throws(SystemFailure) -> [UInt8]
    func append(_ bytes: [UInt8]) throws(SystemFailure)
    func truncate(to size: Int) throws(SystemFailure)
    func sync() throws(SystemFailure)
}

/// Where the files of the log are; its changes of names are durable once it is synced.
protocol SegmentDirectory: Sendable {
    /// Makes the directory where it is missing.
    func make() throws(SystemFailure)
    /// The file that has a name now; nil when none has.
    func identity(of name: String) throws(SystemFailure) -> FileIdentity?
    func names() throws(SystemFailure) -> [String]
    /// Opens a file, or makes it.
    func open(_ name: String) throws(SystemFailure) -> any Segment
    /// Opens a file that is there, and that others may have made immutable.
    func openForReading(_ name: String) throws(SystemFailure) -> any Segment
    func rename(_ name: String, to newName: String) throws(SystemFailure)
    func remove(_ name: String) throws(SystemFailure)
    func sync() throws(SystemFailure)
}

extension AppendFile: Segment {}

extension Directory: SegmentDirectory {
    func open(_ name: String) throws(SystemFailure) -> any Segment { try openFile(name) }
    func openForReading(_ name: String) throws(SystemFailure) -> any Segment { try openFileForReading(name) }
}
