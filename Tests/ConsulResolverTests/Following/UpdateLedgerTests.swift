// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver

@Suite("The ledger of a followed service")
struct UpdateLedgerTests {
    let start = ContinuousClock.now
    var ledger = UpdateLedger(hold: .seconds(30))

    @Test("publishes an answer once, in whatever order it comes again")
    mutating func news() {
        #expect(take(endpoints(1, 2)) != nil)
        #expect(take(endpoints(2, 1), after: 1) == nil)
        #expect(take(endpoints(1, 2, 3), after: 2)?.endpoints.count == 3)
        #expect(take(endpoints(1), after: 3)?.endpoints.count == 1)
    }

    @Test("takes another weight, or other details, for news; details that DNS does not tell are none")
    mutating func details() {
        _ = take(endpoints(1))
        var heavier = Endpoint(port: 1)
        heavier.weight = 7
        #expect(take(Resolution(.endpoints([heavier]), source: .dnsUDP, isComplete: true)) != nil)
        var detailed = heavier
        detailed.details = Endpoint.Details(id: "a", tags: ["v1"])
        #expect(take(Resolution(.endpoints([detailed]), source: .http, isComplete: true)) == nil)
    }

    @Test("publishes other details of the same endpoints")
    mutating func otherDetails() {
        var endpoint = Endpoint(port: 1)
        endpoint.details = Endpoint.Details(id: "a", tags: ["v1"])
        _ = take(Resolution(.endpoints([endpoint]), source: .http, isComplete: true))
        endpoint.details?.tags = ["v2"]
        #expect(take(Resolution(.endpoints([endpoint]), source: .http, isComplete: true)) != nil)
    }

    @Test("publishes the same endpoints from another place")
    mutating func otherPlace() {
        _ = take(endpoints(1))
        var elsewhere = endpoints(1)
        elsewhere.alternative = .datacenter("dc2")
        #expect(take(elsewhere)?.alternative == .datacenter("dc2"))
        #expect(take(elsewhere) == nil)
    }

    @Test("keeps the last endpoints when nothing is known, says so once, and says when they are fresh again")
    mutating func unknown() {
        _ = take(endpoints(1))
        let stale = take(unknown(.timedOut), after: 10)
        #expect(stale?.endpoints.count == 1)
        #expect(stale?.isStale == true)
        #expect(stale?.age == .seconds(10))
        #expect(take(unknown(.serverFailure), after: 20) == nil)
        #expect(take(endpoints(1), after: 30)?.isStale == false)
    }

    @Test("publishes that nothing is known when nothing ever was, once")
    mutating func neverKnown() {
        #expect(take(unknown(.timedOut)) != nil)
        #expect(take(unknown(.serverFailure), after: 1) == nil)
        #expect(take(endpoints(1), after: 2) != nil)
    }

    @Test(
        "believes an explained empty answer at once",
        arguments: [Resolution.EmptyReason.noSuchService, .noSuchTag, .noHealthyInstance]
    )
    mutating func confirmed(reason: Resolution.EmptyReason) {
        _ = take(endpoints(1))
        #expect(take(empty(reason), after: 1)?.isEmpty == true)
        #expect(take(unknown(.timedOut), after: 2)?.isUnknown == true)
    }

    @Test("does not believe an explanation by a server without a leader")
    mutating func leaderless() {
        _ = take(endpoints(1))
        var answer = empty(.noSuchService)
        answer.isStale = true
        #expect(take(answer, after: 1)?.endpoints.count == 1)
        // However long it lasts: nothing can have been deregistered meanwhile.
        #expect(take(answer, after: 10_000) == nil)
        #expect(ledger.published?.endpoints.count == 1)
    }

    @Test("knows which answers would take endpoints away")
    mutating func emptying() {
        #expect(!ledger.wouldEmpty(empty(.noSuchService)))
        _ = take(endpoints(1))
        #expect(ledger.wouldEmpty(empty(.noSuchService)))
        #expect(!ledger.wouldEmpty(empty(nil)))
        #expect(!ledger.wouldEmpty(empty(.accessDenied)))
        #expect(!ledger.wouldEmpty(unknown(.timedOut)))
    }

    @Test("believes an unexplained empty answer when it has lasted")
    mutating func unconfirmed() {
        _ = take(endpoints(1))
        #expect(take(empty(nil), after: 1)?.isStale == true)
        #expect(take(empty(nil), after: 30) == nil)
        #expect(take(empty(nil), after: 31)?.isEmpty == true)
    }

    @Test("does not believe DNS about a service that it has never shown")
    mutating func blindDNS() {
        let nothing = Resolution(.empty(nil), source: .dnsUDP, isComplete: true)
        _ = take(endpoints(1, source: .http))
        _ = take(nothing, after: 1)
        #expect(take(nothing, after: 10_000) == nil)
        #expect(ledger.published?.endpoints.count == 1)
        _ = take(endpoints(1), after: 10_001)
        _ = take(nothing, after: 10_002)
        #expect(take(nothing, after: 10_032)?.isEmpty == true)
    }

    @Test("begins to count anew when something else was heard in between")
    mutating func interrupted() {
        _ = take(endpoints(1))
        _ = take(empty(nil), after: 1)
        _ = take(endpoints(1), after: 20)
        _ = take(empty(nil), after: 40)
        #expect(take(empty(nil), after: 60) == nil)
        #expect(take(empty(nil), after: 70)?.isEmpty == true)
    }

    @Test("never empties a set because a token was denied")
    mutating func denied() {
        _ = take(endpoints(1))
        _ = take(empty(.accessDenied), after: 1)
        #expect(take(empty(.accessDenied), after: 10_000) == nil)
        #expect(ledger.published?.endpoints.count == 1)
    }

    @Test("publishes an empty answer at once when there was nothing to lose")
    mutating func emptyFirst() {
        #expect(take(empty(nil))?.isEmpty == true)
        #expect(take(empty(.noHealthyInstance), after: 1)?.isEmpty == true)
        #expect(take(empty(.noHealthyInstance), after: 2) == nil)
    }

    // MARK: Answers

    private mutating func take(_ resolution: Resolution, after seconds: Int = 0) -> Resolution? {
        ledger.take(resolution, at: start + .seconds(seconds))
    }

    private func endpoints(_ ports: UInt16..., source: Resolution.Source = .dnsUDP) -> Resolution {
        Resolution(.endpoints(ports.map { Endpoint(port: $0) }), source: source, isComplete: true)
    }

    private func empty(_ reason: Resolution.EmptyReason?) -> Resolution {
        Resolution(.empty(reason), source: .http, isComplete: true)
    }

    private func unknown(_ code: ResolutionFailure.Code) -> Resolution {
        .unknown(ResolutionFailure(attempts: [.init(code: code, message: "")]), source: .http)
    }
}

extension Endpoint {
    fileprivate init(port: UInt16) {
        self.init(host: .address(.v4(.loopback)), port: port)
    }
}

extension Resolution {
    fileprivate var isUnknown: Bool { failure != nil }
}
