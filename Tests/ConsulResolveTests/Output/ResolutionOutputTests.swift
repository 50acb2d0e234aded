// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver
@testable import consul_resolve

struct ResolutionOutputTests {
    private let time = Timestamp(milliseconds: 1_767_225_600_000)
    private var resolution = Resolution(
        .endpoints([Endpoint(host: .address(.v4(.loopback)), port: 80)]),
        source: .cache,
        isComplete: true,
        age: .milliseconds(12_340),
        elapsed: .milliseconds(2)
    )

    @Test func `The description of a normal resolution names no trouble`() {
        #expect(resolution.state(at: time) == "1 instance over cache")
        #expect(resolution.provenance == "over cache in 2 ms: complete, TTL 0 s, 12.3 s old")
    }

    @Test mutating func `The description of a stale resolution states its age`() {
        resolution.isStale = true
        let then = Timestamp(milliseconds: 1_767_225_587_660).localTimeOfDay
        #expect(resolution.state(at: time) == "1 instance over cache, stale: of \(then)")
        #expect(
            resolution.staleness(of: "web")
                == "Consul does not answer about web now; its last answer is kept (12.3 s old)"
        )
        #expect(resolution.provenance.hasSuffix("12.3 s old, stale"))
    }

    @Test mutating func `The description of a held resolution states the unconfirmed answer`() {
        resolution.isStale = true
        resolution.doubt = Resolution.Doubt(reason: .noSuchDatacenter)
        #expect(
            resolution.state(at: time).hasSuffix(
                ", held: Consul says there is nothing (noSuchDatacenter), not confirmed"
            )
        )
        #expect(
            resolution.staleness(of: "web")
                == "Consul says there is nothing (noSuchDatacenter) of web, which is not confirmed; "
                + "its previous answer is held (12.3 s old)"
        )
    }

    @Test mutating func `The description counts the instances that cannot be used`() {
        #expect(resolution.unusableInWords == nil)
        resolution.unusableInstances = 2
        #expect(resolution.state(at: time) == "1 instance over cache, 2 unusable")
        #expect(resolution.provenance.contains("complete, 2 unusable, TTL"))
        #expect(resolution.unusableInWords == "2 more instances are registered with addresses that cannot be used")
    }

    @Test func `An age is subtracted from a time`() {
        #expect(time.before(.milliseconds(1500)).utc == "2025-12-31T23:59:58.500Z")
    }
}
