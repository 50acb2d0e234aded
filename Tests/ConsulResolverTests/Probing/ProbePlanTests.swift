// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import NetworkAddress
import Testing

@testable import ConsulResolver
@testable import EndpointProbing
@testable import ResolutionModel

struct ProbePlanTests {
    typealias Probes = ServiceResolver.Configuration.Probes

    @Test func `Probes are off by default, and have moderate defaults`() throws {
        #expect(ServiceResolver.Configuration().probes == nil)
        let plan = try ProbePlan(Probes())
        #expect(plan.mode == .whenSourceIsDown)
        #expect(plan.interval == .seconds(5))
        #expect(plan.timeout == .seconds(1))
        #expect(plan.thresholds == .init(rise: 2, fall: 3))
        #expect(plan.maximumConcurrent == 16)
    }

    @Test func `Settings of probes are limited to their bounds`() throws {
        var probes = Probes()
        (probes.interval, probes.timeout) = (.seconds(-1), .seconds(-1))
        (probes.rise, probes.fall, probes.maximumConcurrent) = (0, -5, 0)
        let least = try ProbePlan(probes)
        #expect(least.interval == .milliseconds(100))
        #expect(least.timeout == .milliseconds(1))
        #expect(least.thresholds == .init(rise: 1, fall: 1))
        #expect(least.maximumConcurrent == 1)
        (probes.interval, probes.timeout) = (.seconds(Int64.max), .seconds(Int64.max))
        let most = try ProbePlan(probes)
        #expect(most.interval == .seconds(86_400))
        #expect(most.timeout == most.interval)
    }

    @Test(
        arguments: [
            Probes.Check.http(path: ""),
            .http(path: "health"),
            .http(path: "/a b"),
            .http(path: "/ HTTP/1.1\r\nX: y"),
            .http(path: "/gesundheit/ä"),
            .http(host: ""),
            .http(host: "web\r\nX: y"),
            .http(expectedStatuses: 100...199),
            .http(expectedStatuses: 600...999),
            .http(tls: .init(serverName: "10.0.0.1")),
            .http(tls: .init(serverName: "")),
            .http(tls: .init(trustRoots: .file("/nonexistent.pem"))),
        ]
    )
    func `An invalid check is refused`(check: Probes.Check) {
        #expect(throws: ConfigurationError.self) { try ProbePlan(Probes(check: check)) }
    }

    @Test
    func `A probe's request names the endpoint itself or the configured host`() throws {
        let target = HostPort(host: .address(.v6(.loopback)), port: 80)
        guard case .http(let check) = Probes.Check.http(path: "/health?full=1").kind else { return }
        let head = try ProbeRequest(check).head(for: target)
        #expect(head.uri == "/health?full=1")
        #expect(head.headers["host"] == ["[::1]:80"])
        #expect(head.headers["connection"] == ["close"])
        guard case .http(let check) = Probes.Check.http(host: "web.example").kind else { return }
        #expect(try ProbeRequest(check).head(for: target).headers["host"] == ["web.example"])
    }
}

extension ServiceResolver.Configuration.Probes.TLS {
    fileprivate init(serverName: String? = nil, trustRoots: ConsulHTTPConfiguration.TLS.TrustRoots = .system) {
        self.init()
        self.serverName = serverName
        self.trustRoots = trustRoots
    }
}
