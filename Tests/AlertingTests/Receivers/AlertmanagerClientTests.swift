import Foundation
import RealServers
import TenantCore
import Testing

@testable import Alerting

/// How Alertmanagers are told.
struct AlertmanagerClientTests {
    private func clients(_ servers: ScriptedServer..., path: String = "") -> [AlertmanagerClient] {
        let endpoints = servers.map { ReceiverEndpoint(url: Secret("http://\($0.address)\(path)"), host: $0.address) }
        return AlertmanagerClient.clients(for: ReceiverSettings(name: "am", kind: .alertmanager(endpoints)), externalURL: "")
    }

    private func counts(_ server: ScriptedServer) -> [Int?] {
        server.requests.map { request in
            request.range(of: "\r\n\r\n").flatMap { try? JSONValue.parse(request[$0.upperBound...].utf8).elements?.count }
        }
    }

    @Test(arguments: [("", "/api/v2/alerts"), ("/", "/api/v2/alerts"), ("/am/", "/am/api/v2/alerts"), ("/am", "/am/api/v2/alerts")])
    func `alerts go to the API below the URL`(path: String, target: String) throws {
        let server = try Sample.server { _ in ScriptedServer.http(200) }
        #expect(clients(server, path: path).map { $0.post([Sample.alert()], at: Sample.date()) } == [.delivered])
        #expect(server.requests.first?.hasPrefix("POST \(target) HTTP/1.1\r\n") == true)
    }

    @Test(arguments: [(0, [0]), (1, [1]), (500, [500]), (501, [500, 1]), (1200, [500, 500, 200])])
    func `many alerts go in several requests, and none in one that shows whether somebody is there`(count: Int, sizes: [Int]) throws {
        let server = try Sample.server { _ in ScriptedServer.http(200) }
        let alerts = (0..<count).map { Sample.alert("tenant-\($0)") }
        #expect(clients(server).map { $0.post(alerts, at: Sample.date()) } == [.delivered])
        #expect(counts(server) == sizes)
    }

    @Test func `each Alertmanager has an outcome of its own`() throws {
        let well = try Sample.server { _ in ScriptedServer.http(200) }
        let ill = try Sample.server { _ in ScriptedServer.http(500, "oh") }
        let outcomes = clients(well, ill).map { $0.post([Sample.alert()], at: Sample.date()) }
        #expect(
            outcomes == [
                .delivered, .failed(problem: "\(ill.address) answered HTTP 500: oh", retryAfter: nil, isReceiverWide: true),
            ])
    }
}
