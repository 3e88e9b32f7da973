internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import TenantCore

extension Response {
    /// An answer with the headers that all of ours have.
    static func ours(_ status: HTTPResponse.Status, _ contentType: String, _ body: ResponseBody) -> Response {
        let headers: HTTPFields = [
            .contentType: contentType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        ]
        return Response(status: status, headers: headers, body: body)
    }

    static func json(
        _ value: JSONValue, as contentType: String = "application/json", status: HTTPResponse.Status = .ok
    ) -> Response {
        ours(status, contentType, ResponseBody(byteBuffer: ByteBuffer(bytes: value.serialized)))
    }

    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        ours(status, "text/plain; charset=utf-8", ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
