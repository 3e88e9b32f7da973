internal import Foundation

/// Why a file cannot be read, in the system's words.
enum FileProblem {
    /// The system's words for what Foundation threw.
    ///
    /// - Parameter isDirectory: whether a directory was to be listed, and not a file to be read.
    static func words(for error: any Error, at path: String, isDirectory: Bool = false) -> String {
        // Also of a link that leads nowhere or to itself, of which Foundation reports another error.
        let isThere = FileManager.default.fileExists(atPath: path)
        let failure = error as NSError
        if !isThere, failure.code != CocoaError.Code.fileReadNoPermission.rawValue { return "no such file or directory" }
        // Foundation calls that a missing permission, or says nothing.
        if isThere, let problem = kindProblem(of: path, isDirectory: isDirectory) { return problem }
        if let system = failure.userInfo[NSUnderlyingErrorKey] as? NSError, system.domain == NSPOSIXErrorDomain {
            return words(for: Int32(system.code))
        }
        switch CocoaError.Code(rawValue: failure.code) {
        case .fileReadNoSuchFile, .fileNoSuchFile: return "no such file or directory"
        case .fileReadNoPermission: return "permission denied"
        default: return "the system gives no reason"
        }
    }

    private static func words(for code: Int32) -> String {
        switch POSIXErrorCode(rawValue: code) {
        case .ENOENT: "no such file or directory"
        case .EACCES: "permission denied"
        case .EISDIR: "is a directory"
        case .ENOTDIR: "is not a directory, or a part of its path is none"
        case .ELOOP: "too many levels of symbolic links"
        case .EIO: "input/output error"
        case .ESTALE: "stale file handle"
        default: "system error \(code)"
        }
    }

    /// What stands there instead of a file or a directory; nil when it is what was wanted, or cannot be looked at.
    private static func kindProblem(of path: String, isDirectory: Bool) -> String? {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: target)
        guard let type = attributes?[.type] as? FileAttributeType, type != .typeSymbolicLink else { return nil }
        if isDirectory { return type == .typeDirectory ? nil : "is not a directory" }
        if type == .typeRegular { return nil }
        return type == .typeDirectory ? "is a directory" : "is not a regular file"
    }
}
