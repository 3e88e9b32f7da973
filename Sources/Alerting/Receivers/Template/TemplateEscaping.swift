internal import Mustache
internal import TenantCore

/// How the texts that are inserted into a template are escaped.
enum TemplateEscaping {
    /// For the inside of a string in JSON.
    private struct JSONText: MustacheContentType {
        func escapeText(_ text: String) -> String {
            String(decoding: JSONValue.string(text).serialized.dropFirst().dropLast(), as: UTF8.self)
        }
    }

    /// For a value in a form or a query: all but what RFC 3986 calls unreserved is percent-encoded.
    private struct FormText: MustacheContentType {
        func escapeText(_ text: String) -> String {
            var result = ""
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                    result.unicodeScalars.append(Unicode.Scalar(byte))
                default:
                    let digits = String(byte, radix: 16, uppercase: true)
                    result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
                }
            }
            return result
        }
    }

    /// The library knows its escapes by name, for the whole process.
    private static let registration: Void = {
        MustacheContentTypes.register(JSONText(), named: "JSON")
        MustacheContentTypes.register(FormText(), named: "FORM")
    }()

    /// The line that a template begins with to be escaped so.
    static func pragma(for format: TemplateSettings.Format) -> String {
        _ = registration
        return switch format {
        case .json: "{{% CONTENT_TYPE:JSON}}\n"
        case .form: "{{% CONTENT_TYPE:FORM}}\n"
        case .text: "{{% CONTENT_TYPE:TEXT}}\n"
        }
    }
}
