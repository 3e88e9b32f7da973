import Foundation
import RealServers
import TenantCore
import Testing

/// The document of the API says which durations a silence takes.
struct SilenceDurationTests {
    private static func pattern() throws -> String {
        let document = try String(contentsOf: Ground.root.appending(path: "docs/openapi.yaml"), encoding: .utf8)
        let order = try #require(document.components(separatedBy: "    SilenceOrder:\n").last)
        let duration = try #require(order.components(separatedBy: "        duration:").dropFirst().first)
        let pattern = try #require(duration.components(separatedBy: "pattern: '").dropFirst().first)
        return try #require(pattern.components(separatedBy: "'").first)
    }

    @Test(
        arguments: [
            "2h", "500ms", "7d", "1w", "1y", "1h30m", "1w2d3h4m5s6ms", "1m500ms", "0s", "", "30", "h", "30 s", "1.5h", "30m1h", "1h1h",
            "1M",
            "-1h", "1h ", "PT1H", "5ms1s",
        ]) func `the API's document takes the durations that the API takes`(text: String) throws
    {
        let isDocumented = text.range(of: try Self.pattern(), options: .regularExpression) != nil
        #expect(isDocumented == (Duration(written: text) != nil))
    }
}
