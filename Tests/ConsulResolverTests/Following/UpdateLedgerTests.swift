// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver

struct UpdateLedgerTests {
    let start = ContinuousClock.now
    var ledger = UpdateLedger()

    @Test
    mutating func `The update ledger publishes an answer once, in whatever order its endpoints come again`() {
        #expect(take(.endpoints(1, 2)) != nil)
        #expect(take(.endpoints(2, 1), after: 1) == nil)
        #expect(take(.endpoints(1, 2, 3), after: 2)?.endpoints.count == 3)
        #expect(take(.endpoints(1), after: 3)?.endpoints.count == 1)
    }

    @Test
    mutating func `The update ledger publishes another order only for picks that depend on it`() {
        ledger = UpdateLedger(heedsOrder: true)
        #expect(take(.endpoints(1, 2)) != nil)
        #expect(take(.endpoints(1, 2)) == nil)
        #expect(take(.endpoints(2, 1)) != nil)
    }

    @Test
    mutating func `The update ledger publishes another weight, and details that were unknown before`() {
        _ = take(.endpoints(1))
        var heavier = Endpoint(port: 1)
        heavier.weight = 7
        #expect(take(Resolution(.endpoints([heavier]), source: .dnsUDP, isComplete: true)) != nil)
        var detailed = heavier
        detailed.details = Endpoint.Details(id: "a", tags: ["v1"])
        #expect(take(Resolution(.endpoints([detailed]), source: .http, isComplete: true)) != nil)
        #expect(take(Resolution(.endpoints([detailed]), source: .http, isComplete: true)) == nil)
    }

    @Test
    mutating func `The update ledger ignores an answer over DNS without details, and then an equal one over HTTP`() {
        var detailed = Endpoint(port: 1)
        detailed.details = Endpoint.Details(id: "a", datacenter: "dc1")
        detailed.node = "n1"
        _ = take(Resolution(.endpoints([detailed]), source: .http, isComplete: true))
        #expect(take(.endpoints(1)) == nil)
        #expect(take(Resolution(.endpoints([detailed]), source: .http, isComplete: true)) == nil)
    }

    @Test
    mutating func `The update ledger publishes a new or another node, but not the absence of a known node`() {
        _ = take(.endpoints(1))
        var endpoint = Endpoint(port: 1)
        for node in ["n1", "n2"] {
            endpoint.node = node
            #expect(take(Resolution(.endpoints([endpoint]), source: .dnsUDP, isComplete: true)) != nil)
            #expect(take(.endpoints(1)) == nil)
        }
        endpoint.details = Endpoint.Details(id: "a")
        #expect(take(Resolution(.endpoints([endpoint]), source: .http, isComplete: true)) != nil)
        endpoint.node = "n3"
        #expect(take(Resolution(.endpoints([endpoint]), source: .http, isComplete: true)) != nil)
    }

    @Test mutating func `The update ledger publishes other details of the same endpoints`() {
        var endpoint = Endpoint(port: 1)
        endpoint.details = Endpoint.Details(id: "a", tags: ["v1"])
        _ = take(Resolution(.endpoints([endpoint]), source: .http, isComplete: true))
        endpoint.details?.tags = ["v2"]
        #expect(take(Resolution(.endpoints([endpoint]), source: .http, isComplete: true)) != nil)
    }

    @Test
    mutating func `The update ledger publishes the beginning and the end of a doubt, but not its reason`() {
        var stale = Resolution.endpoints(1)
        stale.isStale = true
        _ = take(stale)
        stale.doubt = Resolution.Doubt(reason: .noSuchService)
        #expect(take(stale, after: 1)?.doubt?.reason == .noSuchService)
        stale.doubt = Resolution.Doubt(reason: nil)
        #expect(take(stale, after: 2) == nil)
        stale.doubt = nil
        #expect(take(stale, after: 3) != nil)
    }

    @Test
    mutating func `The update ledger publishes when unusable instances appear and when they are gone`() {
        _ = take(.endpoints(1))
        var some = Resolution.endpoints(1)
        some.unusableInstances = 1
        #expect(take(some, after: 1)?.unusableInstances == 1)
        some.unusableInstances = 2
        #expect(take(some, after: 2) == nil)
        #expect(take(.endpoints(1), after: 3)?.unusableInstances == 0)
    }

    @Test
    mutating func `The update ledger publishes once that endpoints are stale, and once that they are fresh again`() {
        _ = take(.endpoints(1))
        #expect(take(.endpoints(1).leaderless, after: 10)?.isStale == true)
        #expect(take(.endpoints(1).leaderless, after: 20) == nil)
        #expect(take(.endpoints(1), after: 30)?.isStale == false)
    }

    @Test mutating func `The update ledger publishes the same endpoints of another place`() {
        _ = take(.endpoints(1))
        var elsewhere = Resolution.endpoints(1)
        elsewhere.alternative = .datacenter("dc2")
        #expect(take(elsewhere)?.alternative == .datacenter("dc2"))
        #expect(take(elsewhere) == nil)
    }

    @Test
    mutating func `The update ledger publishes an unknown outcome once, and again when a token is denied`() {
        #expect(take(.unknown(.timedOut)) != nil)
        #expect(take(.unknown(.timedOut), after: 1) == nil)
        #expect(take(.unknown(.accessDenied), after: 2)?.isUnknown == true)
        #expect(take(.endpoints(1), after: 3) != nil)
    }

    @Test mutating func `The update ledger publishes an empty answer once for each reason`() {
        #expect(take(.empty())?.isEmpty == true)
        #expect(take(.empty(.noHealthyInstance), after: 1)?.isEmpty == true)
        #expect(take(.empty(.noHealthyInstance), after: 2) == nil)
    }

    private mutating func take(_ resolution: Resolution, after seconds: Int = 0) -> Resolution? {
        ledger.take(resolution, at: start + .seconds(seconds))
    }
}

extension Endpoint {
    fileprivate init(port: UInt16) {
        self.init(host: .address(.v4(.loopback)), port: port)
    }
}
