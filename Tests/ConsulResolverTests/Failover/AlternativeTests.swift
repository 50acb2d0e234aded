// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel

struct AlternativeTests {
    private func request(
        _ locality: ConsulLocality = .local,
        _ alternatives: [ServiceRequest.Alternative]
    ) -> ServiceRequest {
        var request = ServiceRequest("web", tags: ["v1"], in: locality, filter: "Port == 80", near: "_agent")
        request.alternatives = alternatives
        return request
    }

    @Test func `A datacenter gets the same request, and a prepared query its own name only`() {
        let locality = ConsulLocality(datacenter: "dc1", partition: "p")
        let targets = request(locality, [.datacenter("dc2"), .preparedQuery("near")]).targets
        #expect(targets.map(\.alternatives) == [[], [], []])
        #expect(targets.map(\.name) == ["web", "web", "near"])
        #expect(targets.map(\.kind) == [.service, .service, .preparedQuery])
        #expect(targets.map(\.tags) == [["v1"], ["v1"], []])
        #expect(targets.map(\.filter) == ["Port == 80", "Port == 80", nil])
        #expect(targets.map(\.near) == ["_agent", "_agent", "_agent"])
        let second = ConsulLocality(datacenter: "dc2", partition: "p")
        #expect(targets.map(\.locality) == [locality, second, .local])
    }

    @Test func `A request's description names its alternatives`() {
        let text = "\(request(.datacenter("dc1"), [.datacenter("dc2"), .preparedQuery("near")]))"
        #expect(text == "web with tag v1 in dc1 where Port == 80, else datacenter dc2, else prepared query near")
    }

    static let refused: [(ConsulLocality, [ServiceRequest.Alternative])] = [
        (.datacenter("dc1"), [.datacenter("dc1")]),
        (.datacenter("dc1"), [.datacenter("DC1")]),
        (.local, [.datacenter("dc2"), .datacenter("dc2")]),
        (.local, [.preparedQuery("near"), .datacenter("dc2"), .preparedQuery("near")]),
        (.local, [.datacenter("")]),
        (.local, [.datacenter("dc2"), .preparedQuery("")]),
        (.local, [.datacenter("dc2.eu")]),
        (.local, [.datacenter("dc 2")]),
        (.local, [.datacenter("service")]),
        (.local, [.datacenter(String(repeating: "d", count: 64))]),
    ]

    @Test(arguments: refused)
    func `An unusable alternative is refused, and no query is sent`(
        locality: ConsulLocality,
        alternatives: [ServiceRequest.Alternative]
    ) async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            try await withResolver(ports: [server.port]) { resolver in
                var request = ServiceRequest("web", in: locality)
                request.alternatives = alternatives
                for _ in 1...2 {
                    let error = await #expect(throws: ServiceRequestError.self) { try await resolver.resolve(request) }
                    #expect(error?.code == .unusableAlternative)
                }
            }
            #expect(server.queries.isEmpty)
        }
    }

    @Test func `A request that its source cannot carry at one place is refused before any query`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            try await withResolver(ports: [server.port]) { resolver in
                var request = ServiceRequest("web")
                request.alternatives = [.preparedQuery("not for DNS")]
                await #expect(throws: ConsulNameError.self) { try await resolver.resolve(request) }
                request = ServiceRequest("")
                request.alternatives = [.datacenter("dc2")]
                await #expect(throws: ConsulNameError.self) { try await resolver.resolve(request) }
            }
            #expect(server.queries.isEmpty)
        }
    }

    @Test func `A prepared query may have alternatives`() throws {
        var request = ServiceRequest.preparedQuery("near")
        request.alternatives = [.datacenter("dc2"), .preparedQuery("far")]
        try request.check()
        #expect(request.targets.map(\.kind) == [.preparedQuery, .preparedQuery, .preparedQuery])
    }
}
