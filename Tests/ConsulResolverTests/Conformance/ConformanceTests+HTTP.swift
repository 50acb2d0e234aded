// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP
@testable import ConsulResolver
@testable import TestSupport

// This extension belongs to the same suite because all rows share one stage and have to take turns.
extension ConformanceTests {
    @Test(arguments: ConformanceRow.services)
    func `A service resolves to the same endpoints over HTTP`(row: ConformanceRow) async throws {
        let (agent, _, version) = try await ConformanceStage.shared.set(row)
        guard row.applies(to: version), row.expect.isSilent != true, let request = row.serviceRequest else { return }
        let (dns, http) = try await BothWaysTests.bothWays(request, agent) { configuration in
            if row.expect.minimumSeconds != nil { configuration.beImpatient() }
            if let domain = row.agentConfiguration["domain"]?.string.flatMap({ try? DomainName($0) }) {
                configuration.dns.domain = domain
            }
        }
        switch row.id {
        case "noleader-service", "noservers-service":
            #expect(dns.failure != nil && http.failure != nil)
        case "trim-2000-tcp-no-tc":
            #expect(http.isComplete && http.endpoints.count == 2000)
            #expect(Set(dns.authorities).isSubset(of: http.authorities))
        case "dc-dc-label-1.8", "ns-label-1.8":
            // The DNS interface of this version does not know these forms of names.
            #expect(dns.isEmpty)
        default:
            #expect(dns.targets == http.targets)
            #expect(dns.isEmpty == http.isEmpty)
        }
    }

    @Test(arguments: ConformanceRow.http)
    func `The HTTP client decodes each answer and each error as the row expects`(row: ConformanceRow) async throws {
        let (agent, _, version) = try await ConformanceStage.shared.set(row)
        guard row.applies(to: version), let request = row.readRequest, let status = row.expect.status else { return }
        var configuration = ConsulHTTPClient.Configuration()
        configuration.address = ConsulHTTPAddress(.loopback(agent.ports.http), usesTLS: false)
        configuration.retry.maximumAttempts = 1
        if row.query.headers?["Authorization"]?.hasSuffix("root-token") == true {
            configuration.token = .value("root-token")
        }
        let client = try ConsulHTTPClient(configuration: configuration)
        let result: Result<RawAnswer, any Error>
        do { result = .success(try await client.read(request)) } catch { result = .failure(error) }
        await client.shutdown()
        guard status != 200 else {
            let body = try result.get().body
            if let count = row.expect.count { #expect(try ServiceEntry.decodeList(body).count == count) }
            if let nodes = row.expect.nodes {
                #expect(try ServiceEntry.decodeList(body).map(\.node.name).sorted() == nodes.sorted())
            }
            return
        }
        let error = try #require(#expect(throws: ConsulHTTPError.self) { try result.get() })
        #expect(error.status == status)
        let expected: [String: ConsulHTTPError.Code] = [
            "http-unknown-dc": .noSuchDatacenter, "http-bad-index": .badRequest, "http-stale-consistent": .badRequest,
            "http-service-missing": .badRequest, "http-query-not-found": .notFound, "http-agent-health-404": .notFound,
            "http-agent-health-429-warning": .tooManyConnections, "noservers-http": .noLeader,
        ]
        #expect(error.code == expected[row.id], "\(row.id): \(error)")
    }
}

extension ConformanceRow {
    /// The row's request as the client sends it, without the headers that the client adds itself.
    fileprivate var readRequest: ReadRequest? {
        guard let path = query.path, path.hasPrefix("/v1/") else { return nil }
        let parts = path.dropFirst(4).split(separator: "?", maxSplits: 1)
        var parameters = RequestQuery()
        for parameter in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let pair = parameter.split(separator: "=", maxSplits: 1).map(String.init)
            parameters.append(pair[0], pair.count > 1 ? pair[1] : nil)
        }
        return ReadRequest(RequestPath("/v1").appending(key: String(parts[0])), query: parameters)
    }
}
