// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulResolver
import Testing

@testable import ConsulGRPC

struct NamePublicationTests {
    private func endpoint(_ port: UInt16, priority: UInt16 = 1, status: Endpoint.Status? = nil) -> Endpoint {
        var endpoint = Endpoint(host: .address(.v4(.loopback)), port: port, priority: priority)
        endpoint.details = status.map { Endpoint.Details(id: "\(port)", status: $0) }
        return endpoint
    }

    private func resolution(_ endpoints: Endpoint...) -> Resolution {
        Resolution(.endpoints(endpoints), source: .http)
    }

    private let unknown = Resolution(
        .unknown(ResolutionFailure(attempts: [.init(code: .timedOut, message: "no answer")])),
        source: .http
    )

    private func push(_ ports: Int...) -> NamePublication.Action { .push(ports.map { .loopback($0) }) }

    @Test
    func `Only the lowest priority with healthy endpoints is pushed`() {
        var publication = NamePublication()
        #expect(publication.apply(resolution(endpoint(1, priority: 2), endpoint(2), endpoint(3))) == push(2, 3))
        let ill = endpoint(2, status: .critical)
        #expect(publication.apply(resolution(endpoint(1, priority: 2), ill)) == push(1))
    }

    @Test
    func `All endpoints of the lowest priority are pushed if none is healthy`() {
        var publication = NamePublication()
        let ill = [endpoint(1, priority: 2, status: .critical), endpoint(2, status: .critical)]
        #expect(publication.apply(Resolution(.endpoints(ill), source: .http)) == push(2))
    }

    @Test
    func `Until the first list, an outcome without endpoints is a failure with its reason`() {
        var publication = NamePublication()
        #expect(
            publication.apply(Resolution(.empty(.noSuchService), source: .http))
                == .fail("Consul knows no healthy instance: noSuchService")
        )
        guard case .fail(let reason) = publication.apply(unknown) else {
            Issue.record("an unknown outcome has to fail")
            return
        }
        #expect(reason.hasPrefix("Consul did not answer") && !publication.hasBegun)
    }

    @Test
    func `After the first list, an outcome without endpoints keeps it`() {
        var publication = NamePublication()
        #expect(publication.apply(resolution(endpoint(1))) == push(1))
        #expect(publication.apply(unknown) == .keep)
        #expect(publication.apply(Resolution(.empty(nil), source: .http)) == .keep)
        #expect(publication.apply(resolution(endpoint(1))) == .keep)
        #expect(publication.apply(resolution(endpoint(2))) == push(2))
    }

    @Test
    func `Another order and other weights are no news`() {
        var publication = NamePublication()
        #expect(publication.apply(resolution(endpoint(1), endpoint(2))) == push(1, 2))
        var heavy = endpoint(1)
        heavy.weight = 100
        #expect(publication.apply(resolution(endpoint(2), heavy)) == .keep)
    }

    @Test
    func `Instances with a host's name or without a port are left out`() {
        var publication = NamePublication()
        let named = Endpoint(host: .name("example.com"), port: 1)
        guard case .fail = publication.apply(resolution(named, endpoint(0))) else {
            Issue.record("a list without addresses has to fail")
            return
        }
        #expect(publication.apply(resolution(named, endpoint(0), endpoint(2))) == push(2))
    }
}

#endif
