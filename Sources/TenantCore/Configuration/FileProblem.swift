internal import Foundation

/// Why a file cannot be read, in the system's words.
enum FileProblem {
    /// The system's words for what Foundation threw.
    static func words(for error: any Error, at path: String) -> String {
        // Also of a link that leads nowhere or to itself, of which Foundation reports another error.
        let isThere = FileManager.default.fileExists(atPath: path)
        let failure = error as NSError
        if !isThere, failure.code != CocoaError.Code.fileReadNoPermission.rawValue { return "no such file or directory" }
        if let system = failure.userInfo[NSUnderlyingErrorKey] as? NSError, system.domain == NSPOSIXErrorDomain {
            return words(for: Int32(system.code))
        }
        switch CocoaError.Code(rawValue: failure.code) {
        case .fileReadNoSuchFile, .fileNoSuchFile: return "no such file or directory"
        case .fileReadNoPermission: return "permission denied"
        default: return isDirectory(path) ? "is a directory" : "the system gives no reason"
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

    private static func isDirectory(_ path: String) -> Bool {
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        return type == .typeDirectory
    }
}
