// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel

struct UpdateDeduplicatorTests {
    let start = Moment.now
    var ledger = UpdateDeduplicator()

    @Test
    mutating func `The update ledger publishes an answer once, in whatever order its endpoints come again`() {
        #expect(apply(.endpoints(1, 2)) != nil)
        #expect(apply(.endpoints(2, 1), after: 1) == nil)
        #expect(apply(.endpoints(1, 2, 3), after: 2)?.endpoints.count == 3)
        #expect(apply(.endpoints(1), after: 3)?.endpoints.count == 1)
    }

    @Test
    mutating func `The update ledger publishes another order only for picks that depend on it`() {
        ledger = UpdateDeduplicator(heedsOrder: true)
        #expect(apply(.endpoints(1, 2)) != nil)
        #expect(apply(.endpoints(1, 2)) == nil)
        #expect(apply(.endpoints(2, 1)) != nil)
    }

    @Test
    mutating func `The update ledger publishes another weight, and details that were unknown before`() {
        _ = apply(.endpoints(1))
        var heavier = Endpoint(port: 1)
        heavier.weight = 7
        #expect(apply(Resolution(.endpoints([heavier]), source: .dnsUDP, isComplete: true)) != nil)
        var detailed = heavier
        detailed.details = Endpoint.Details(id: "a", tags: ["v1"])
        #expect(apply(Resolution(.endpoints([detailed]), source: .http, isComplete: true)) != nil)
        #expect(apply(Resolution(.endpoints([detailed]), source: .http, isComplete: true)) == nil)
    }

    @Test
    mutating func `The update ledger ignores an answer over DNS without details, and then an equal one over HTTP`() {
        var detailed = Endpoint(port: 1)
        detailed.details = Endpoint.Details(id: "a", datacenter: "dc1")
        detailed.node = "n1"
        _ = apply(Resolution(.endpoints([detailed]), source: .http, isComplete: true))
        #expect(apply(.endpoints(1)) == nil)
        #expect(apply(Resolution(.endpoints([detailed]), source: .http, isComplete: true)) == nil)
    }

    @Test
    mutating func `The update ledger publishes a new or another node, but not the absence of a known node`() {
        _ = apply(.endpoints(1))
        var endpoint = Endpoint(port: 1)
        for node in ["n1", "n2"] {
            endpoint.node = node
            #expect(apply(Resolution(.endpoints([endpoint]), source: .dnsUDP, isComplete: true)) != nil)
            #expect(apply(.endpoints(1)) == nil)
        }
        endpoint.details = Endpoint.Details(id: "a")
        #expect(apply(Resolution(.endpoints([endpoint]), source: .http, isComplete: true)) != nil)
        endpoint.node = "n3"
        #expect(apply(Resolution(.endpoints([endpoint]), source: .http, isComplete: true)) != nil)
    }

    @Test mutating func `The update ledger publishes other details of the same endpoints`() {
        var endpoint = Endpoint(port: 1)
        endpoint.details = Endpoint.Details(id: "a", tags: ["v1"])
        _ = apply(Resolution(.endpoints([endpoint]), source: .http, isComplete: true))
        endpoint.details?.tags = ["v2"]
        #expect(apply(Resolution(.endpoints([endpoint]), source: .http, isComplete: true)) != nil)
    }

    @Test
    mutating func `The update ledger publishes the beginning and the end of a doubt, but not its reason`() {
        var stale = Resolution.endpoints(1)
        stale.isStale = true
        _ = apply(stale)
        stale.doubt = Resolution.Doubt(reason: .noSuchService)
        #expect(apply(stale, after: 1)?.doubt?.reason == .noSuchService)
        stale.doubt = Resolution.Doubt(reason: nil)
        #expect(apply(stale, after: 2) == nil)
        stale.doubt = nil
        #expect(apply(stale, after: 3) != nil)
    }

    @Test
    mutating func `The update ledger publishes when unusable instances appear and when they are gone`() {
        _ = apply(.endpoints(1))
        var some = Resolution.endpoints(1)
        some.unusableInstances = 1
        #expect(apply(some, after: 1)?.unusableInstances == 1)
        some.unusableInstances = 2
        #expect(apply(some, after: 2) == nil)
        #expect(apply(.endpoints(1), after: 3)?.unusableInstances == 0)
    }

    @Test
    mutating func `The update ledger publishes once that endpoints are stale, and once that they are fresh again`() {
        _ = apply(.endpoints(1))
        #expect(apply(.endpoints(1).leaderless, after: 10)?.isStale == true)
        #expect(apply(.endpoints(1).leaderless, after: 20) == nil)
        #expect(apply(.endpoints(1), after: 30)?.isStale == false)
    }

    @Test mutating func `The update ledger publishes the same endpoints of another place`() {
        _ = apply(.endpoints(1))
        var elsewhere = Resolution.endpoints(1)
        elsewhere.alternative = .datacenter("dc2")
        #expect(apply(elsewhere)?.alternative == .datacenter("dc2"))
        #expect(apply(elsewhere) == nil)
    }

    @Test
    mutating func `The update ledger publishes an unknown outcome once, and again when a token is denied`() {
        #expect(apply(.unknown(.timedOut)) != nil)
        #expect(apply(.unknown(.timedOut), after: 1) == nil)
        #expect(apply(.unknown(.accessDenied), after: 2)?.isUnknown == true)
        #expect(apply(.endpoints(1), after: 3) != nil)
    }

    @Test mutating func `The update ledger publishes an empty answer once for each reason`() {
        #expect(apply(.empty())?.isEmpty == true)
        #expect(apply(.empty(.noHealthyInstance), after: 1)?.isEmpty == true)
        #expect(apply(.empty(.noHealthyInstance), after: 2) == nil)
    }

    private mutating func apply(_ resolution: Resolution, after seconds: Int = 0) -> Resolution? {
        ledger.apply(resolution, at: start + .seconds(seconds))
    }
}

extension Endpoint {
    fileprivate init(port: UInt16) {
        self.init(host: .address(.v4(.loopback)), port: port)
    }
}
