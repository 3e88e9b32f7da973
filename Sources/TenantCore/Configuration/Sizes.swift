extension Int {
    /// Reads a size in bytes like `512KB`, `64MB` or `1GB`, where 1KB is 1024 bytes, as Prometheus reads its own.
    public init?(writtenSize text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), count <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "KB": self = count << 10
        case "MB": self = count << 20
        case "GB": self = count << 30
        default: return nil
        }
    }
}
