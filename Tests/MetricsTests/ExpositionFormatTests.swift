import Testing

@testable import TenantMetrics

struct ExpositionFormatTests {
    @Test func `the media types are those of the formats, exactly`() {
        #expect(ExpositionFormat.text.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(ExpositionFormat.openMetrics.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    }

    @Test(
        arguments: [
            // Prometheus 2.42 and 3.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                .openMetrics
            ),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                .openMetrics
            ),
            ("application/openmetrics-text", .openMetrics), ("Application/OpenMetrics-Text; Version=1.0.0", .openMetrics),
            ("application/openmetrics-text; version=\"1.0.0\"", .openMetrics),
            ("application/openmetrics-text;q=0.5, text/plain;q=0.5", .openMetrics),
            ("application/openmetrics-text;q=0.4, text/plain;q=0.5", .text), ("application/openmetrics-text;q=0", .text),
            ("application/openmetrics-text;version=0.0.1", .text), ("application/openmetrics-text;version=2.0.0", .text),
            ("application/openmetrics-text;q=nonsense", .text), ("application/openmetrics-text;q=7", .text),
            ("text/plain", .text), ("text/plain;version=0.0.4", .text), ("*/*", .text), ("text/*", .text), ("application/*", .text),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", .text), ("application/json", .text), ("", .text),
            (nil, .text), (";;;,,,q=", .text),
            // The most specific range counts, wherever it stands.
            ("application/openmetrics-text;q=0.5,text/plain;q=0.1,*/*;q=0.9", .openMetrics),
            ("*/*;q=0.9,text/*;q=0.8,text/plain;q=0.1,application/openmetrics-text;q=0.5", .openMetrics),
            ("application/openmetrics-text;q=0.5,text/*;q=0.1,*/*;q=0.9", .openMetrics),
            ("application/openmetrics-text;q=0.5,text/*;q=0.9,*/*;q=0.1", .text),
            ("application/openmetrics-text;q=0.5,text/plain;q=0.9,text/*;q=0.1", .text),
            ("application/openmetrics-text;q=0.5,text/plain;version=0.0.4;q=0.9,text/plain;q=0.1", .text),
            ("application/openmetrics-text;q=0.5,text/plain;version=0.0.4;q=0.1,text/plain;q=0.9", .openMetrics),
            ("application/openmetrics-text;q=0.5,text/plain;version=1.0.0;q=0.9", .openMetrics),
            ("application/openmetrics-text;version=1.0.0;q=0,application/openmetrics-text", .text),
            ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;q=0", .openMetrics),
            ("application/openmetrics-text;q=0,*/*", .text), ("application/openmetrics-text;q=0.1,text/plain;q=0,*/*", .openMetrics),
            ("application/openmetrics-text;q=0.5,*/*;q=0.9", .text),
            // A wildcard leads to OpenMetrics only when text is refused.
            ("text/plain;q=0,*/*", .openMetrics), ("text/plain;q=0,application/*", .openMetrics), ("text/*;q=0,*/*;q=0.1", .openMetrics),
            ("text/plain;q=0.1,*/*", .text), ("text/plain;q=0", .text), ("text/plain;q=0,*/*;q=0", .text), ("*/*;q=0", .text),
            ("text/plain;q=0,application/openmetrics-text;q=0,*/*", .text), ("text/plain;q=0,application/json", .text),
        ] as [(String?, ExpositionFormat)])
    func `OpenMetrics is for those who ask for it`(accept: String?, format: ExpositionFormat) {
        #expect(ExpositionFormat.negotiated(accept: accept) == format)
    }

    @Test(
        arguments: [
            ("gzip", true), ("gzip, deflate, br", true), ("GZIP;q=0.5", true), ("x-gzip", true), ("*", true), ("br, *;q=0.1", true),
            ("gzip;q=0", false), ("identity", false), ("deflate", false), ("*;q=0", false), ("gzip;q=0, *", false), ("", false),
            (nil, false), ("gzip;q=0.2, identity;q=0.8", false), ("identity;q=0, gzip", true), ("gzip;q=", false),
        ] as [(String?, Bool)])
    func `gzip is for those who take it`(acceptEncoding: String?, isGzip: Bool) {
        #expect(ExpositionFormat.allowsGzip(acceptEncoding: acceptEncoding) == isGzip)
    }
}
