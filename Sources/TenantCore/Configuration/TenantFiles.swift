internal import Foundation

/// Reads the files of `TENANTWATCH_TENANTS_DIR`.
enum TenantFiles {
    /// Every `*.json` in the directory, in the order of the names.
    ///
    /// Kubernetes mounts a ConfigMap or Secret as links through `..data`, which it exchanges at once: all files are read
    /// through one version of it, so that no load mixes two.
    ///
    /// - Throws: `ConfigurationRejected` when the directory cannot be listed.
    static func readAll(in directory: String) throws(ConfigurationRejected) -> [TenantSource.Document] {
        let data = "\(directory)/..data"
        var documents: [TenantSource.Document] = []
        for _ in 1...3 {
            let version = target(of: data)
            documents = try read(directory, version: version.map { "\(directory)/\($0)" })
            if target(of: data) == version { break }
        }
        return documents
    }

    private static func target(of link: String) -> String? { try? FileManager.default.destinationOfSymbolicLink(atPath: link) }

    private static func read(_ directory: String, version: String?) throws(ConfigurationRejected) -> [TenantSource.Document] {
        let own = try names(in: directory)
        let mounted = Set(version.flatMap { try? names(in: $0) } ?? [])
        return Set(own).union(mounted).sorted().compactMap { name in
            let path = "\(directory)/\(name)"
            if let version, mounted.contains(name) { return read("\(version)/\(name)", shownAs: path) }
            let link = target(of: path)
            // A link that the exchange of `..data` leaves behind for a moment.
            if version != nil, link?.hasPrefix("..data/") == true { return nil }
            let document = read(path, shownAs: path)
            // Removed since it was listed; a link that leads nowhere is still there.
            if case .failure = document.bytes, link == nil, !FileManager.default.fileExists(atPath: path) { return nil }
            return document
        }
    }

    private static func names(in directory: String) throws(ConfigurationRejected) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
        } catch {
            throw ConfigurationRejected([
                ConfigurationIssue(
                    path: directory,
                    problem: "the directory cannot be read: \(FileProblem.words(for: error, at: directory, isDirectory: true))",
                    fix: "Check that it exists, is a directory, and that this service may read it.")
            ])
        }
    }

    /// One file.
    ///
    /// - Parameter allowsPipe: whether it may be something else than a file; reading a pipe that nobody writes blocks.
    static func read(_ path: String, shownAs shown: String, allowsPipe: Bool = false) -> TenantSource.Document {
        do {
            let type = try FileManager.default.attributesOfItem(atPath: URL(filePath: path).resolvingSymlinksInPath().path)[.type]
            // A link that is left leads nowhere, which opening it says.
            if !allowsPipe, let type = type as? FileAttributeType, type != .typeRegular, type != .typeSymbolicLink {
                return unreadable(shown, type == .typeDirectory ? "is a directory" : "is not a regular file")
            }
            // `Data(contentsOf:)` refuses what is no regular file, such as a pipe.
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            return TenantSource.Document(path: shown, bytes: .success(Array(try file.readToEnd() ?? Data())))
        } catch {
            return unreadable(shown, FileProblem.words(for: error, at: path))
        }
    }

    private static func unreadable(_ path: String, _ reason: String) -> TenantSource.Document {
        let issue = ConfigurationIssue(
            path: path, problem: "the file cannot be read: \(reason)", fix: "Check that it exists and that this service may read it.")
        return TenantSource.Document(path: path, bytes: .failure(issue))
    }
}
