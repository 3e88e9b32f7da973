internal import CPlatform
internal import FoundationEssentials
internal import Glibc

/// What this process uses of the machine, as `getrusage` and `/proc/self` tell.
public struct ProcessUsage: Sendable, Equatable {
    /// User and system time since the start.
    public var processorSeconds: Double
    /// Memory that is in RAM now.
    public var residentBytes: Int
    /// Address space, which may never be touched.
    public var virtualBytes: Int
    /// Files, directories, pipes and sockets that are open.
    public var openDescriptors: Int
    /// The soft limit of open descriptors.
    public var maximumDescriptors: Int
    /// All threads, those of C libraries too.
    public var threads: Int

    /// Measures now; figures that `/proc` does not tell are 0.
    public static func measure() -> ProcessUsage {
        let pages = fields(of: "/proc/self/statm").compactMap { Int($0) }
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        // Behind the command name, which may hold spaces, the thread count is field 20 of `proc(5)`.
        let state = fields(of: "/proc/self/stat", after: ")")
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        return ProcessUsage(
            processorSeconds: tw_processor_seconds(),
            residentBytes: pages.count > 1 ? pages[1] * pageSize : 0,
            virtualBytes: pages.first.map { $0 * pageSize } ?? 0,
            openDescriptors: descriptors, maximumDescriptors: Int(clamping: tw_descriptor_limit()),
            threads: state.count > 17 ? Int(state[17]) ?? 0 : 0)
    }

    /// Lets this process open as many descriptors as the system allows it.
    public static func raiseDescriptorLimit() { tw_raise_descriptor_limit() }

    private static func fields(of path: String, after mark: Character? = nil) -> [Substring] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let text = String(decoding: data, as: UTF8.self)
        let start = mark.flatMap { text.lastIndex(of: $0) }.map { text.index(after: $0) } ?? text.startIndex
        return text[start...].split { $0 == " " || $0 == "\n" }
    }
}
