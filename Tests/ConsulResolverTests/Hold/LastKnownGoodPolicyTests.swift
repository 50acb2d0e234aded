// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel
@testable import ResolverSupport

struct LastKnownGoodPolicyTests {
    let start = Moment.now
    var hold = LastKnownGoodPolicy(.init(), staleLimit: .seconds(3600), at: .now)

    // MARK: Complete answers

    @Test mutating func `A complete answer removes the endpoints that it leaves out at once`() {
        _ = apply(.endpoints(1, 2, 3))
        #expect(apply(.endpoints(1, 3), after: 1).ports == [1, 3])
    }

    @Test
    mutating func `A complete answer without most endpoints counts as a part if its server may be behind`() {
        _ = apply(.endpoints(1, 2, 3, source: .http))
        #expect(apply(.endpoints(1, source: .http).leaderless, after: 1).ports == [1, 2, 3])
        var late = Resolution.endpoints(1, source: .http)
        late.lastContact = .seconds(10)
        #expect(apply(late, after: 2).ports == [1, 2, 3])
        // Half of them may really be gone.
        #expect(apply(.endpoints(1, 2, source: .http).leaderless, after: 3).ports == [1, 2])
    }

    // MARK: Parts

    @Test mutating func `A partial answer adds endpoints, and keeps those that it leaves out`() {
        _ = apply(.endpoints(1, 2))
        let joined = apply(.endpoints(2, 3, isComplete: false), after: 1)
        #expect(joined.ports == [1, 2, 3])
        #expect(!joined.isComplete && !joined.isStale)
    }

    @Test
    mutating func `An endpoint is removed after partial answers have left it out long and often enough`() {
        _ = apply(.endpoints(1, 2))
        #expect(apply(.endpoints(2, isComplete: false), after: 29).ports == [1, 2])
        // Long enough, but only the second partial answer.
        #expect(apply(.endpoints(2, isComplete: false), after: 60).ports == [1, 2])
        #expect(apply(.endpoints(2, isComplete: false), after: 61).ports == [2])
    }

    @Test
    mutating func `Partial answers that come at once count as one, as several watches get them together`() {
        _ = apply(.endpoints(1, 2))
        for _ in 1...5 { #expect(apply(.endpoints(2, isComplete: false), after: 60).ports == [1, 2]) }
        #expect(hold.isWaitingForParts)
        _ = apply(.endpoints(2, isComplete: false), after: 61)
        #expect(apply(.endpoints(2, isComplete: false), after: 62).ports == [2])
        #expect(!hold.isWaitingForParts)
    }

    @Test mutating func `A partial answer that shows an endpoint again restarts the count`() {
        _ = apply(.endpoints(1, 2))
        for second in [10, 20] { _ = apply(.endpoints(2, isComplete: false), after: second) }
        _ = apply(.endpoints(1, isComplete: false), after: 30)
        for second in [40, 50, 59] {
            #expect(apply(.endpoints(2, isComplete: false), after: second).ports == [1, 2])
        }
        #expect(apply(.endpoints(2, isComplete: false), after: 60).ports == [2])
    }

    @Test mutating func `A large service is built up from random partial answers of three`() {
        var generator = SeededGenerator(seed: 7)
        let all = (1...12).map { UInt16($0) }
        var seen: Set<UInt16> = []
        for second in 0..<60 {
            let part = Array(all.shuffled(using: &generator).prefix(3))
            seen.formUnion(part)
            #expect(apply(.endpoints(part, isComplete: false), after: second).ports == seen.sorted())
        }
        #expect(seen.count == 12)
    }

    // MARK: Empty answers

    @Test(
        arguments: [Resolution.EmptyReason.noSuchService, .noSuchTag, .noHealthyInstance]
    )
    mutating func `An empty answer with a reason is believed at once`(reason: Resolution.EmptyReason) {
        _ = apply(.endpoints(1))
        #expect(apply(.empty(reason), after: 1).isEmpty)
        #expect(apply(.unknown(), after: 2).isUnknown)
    }

    @Test
    mutating func `A reason from a server without a leader is not believed`() {
        _ = apply(.endpoints(1))
        #expect(apply(.empty(.noSuchService).leaderless, after: 1).ports == [1])
        // However long it lasts: without a leader, no instance can have been deregistered.
        #expect(apply(.empty(.noSuchService).leaderless, after: 3000).ports == [1])
    }

    @Test mutating func `The hold tells which answers would remove most endpoints`() {
        #expect(!hold.wouldTakeMost(.empty(.noSuchService)))
        _ = apply(.endpoints(1))
        #expect(hold.wouldTakeMost(.empty(.noSuchService)))
        #expect(!hold.wouldTakeMost(.empty(nil)))
        #expect(!hold.wouldTakeMost(.unknown(.accessDenied)))
        #expect(!hold.wouldTakeMost(.unknown()))
        _ = apply(.endpoints(1, 2, 3))
        #expect(hold.wouldTakeMost(.endpoints(1)))
        #expect(hold.wouldTakeMost(.endpoints(4, 5, 6)))
        #expect(!hold.wouldTakeMost(.endpoints(1, isComplete: false)))
        #expect(!hold.wouldTakeMost(.endpoints(1, 2)))
    }

    @Test
    mutating func `An empty answer without a reason is believed when it has lasted, and came twice`() {
        _ = apply(.endpoints(1))
        #expect(apply(.empty(), after: 1).isStale)
        #expect(apply(.empty(), after: 30).ports == [1])
        #expect(apply(.empty(), after: 31).isEmpty)
    }

    @Test mutating func `A doubt has the reason of the answer that is not believed, and belongs to that answer only`() {
        _ = apply(.endpoints(1))
        #expect(apply(.empty(.noSuchDatacenter), after: 1).doubt == Resolution.Doubt(reason: .noSuchDatacenter))
        #expect(apply(.empty(), after: 2).doubt == Resolution.Doubt(reason: nil))
        let unasked = apply(.unknown(), after: 3)
        #expect(unasked.isStale && unasked.doubt == nil)
        #expect(apply(.endpoints(1), after: 4).doubt == nil)
    }

    @Test
    mutating func `An empty answer over DNS is not believed if DNS has never shown the service`() {
        _ = apply(.endpoints(1, source: .http))
        _ = apply(.empty(source: .dnsUDP), after: 1)
        #expect(apply(.empty(source: .dnsUDP), after: 3000).ports == [1])
        _ = apply(.endpoints(1), after: 3001)
        _ = apply(.empty(source: .dnsUDP), after: 3002)
        #expect(apply(.empty(source: .dnsUDP), after: 3032).isEmpty)
    }

    @Test(
        arguments: [Resolution.endpoints(1), .unknown()]
    )
    mutating func `An answer in between restarts the count of empty answers`(by other: Resolution) {
        _ = apply(.endpoints(1))
        _ = apply(.empty(), after: 1)
        _ = apply(other, after: 20)
        _ = apply(.empty(), after: 40)
        #expect(apply(.empty(), after: 60).ports == [1])
        #expect(apply(.empty(), after: 70).isEmpty)
    }

    @Test mutating func `A denied token never removes endpoints`() {
        _ = apply(.endpoints(1))
        _ = apply(.unknown(.accessDenied), after: 1)
        #expect(apply(.unknown(.accessDenied), after: 3000).ports == [1])
    }

    @Test mutating func `An empty answer passes if there was no endpoint to lose`() {
        #expect(apply(.empty()).isEmpty)
    }

    @Test(
        arguments: [Resolution.EmptyReason?.none, .noSuchService]
    )
    mutating func `The policy keepsLastKnown keeps the last endpoints forever`(reason: Resolution.EmptyReason?) {
        var rules = LastKnownGoodPolicy.Rules()
        rules.keepsLastKnown = true
        hold = LastKnownGoodPolicy(rules, staleLimit: .seconds(60), at: start)
        _ = apply(.endpoints(1))
        #expect(!hold.wouldTakeMost(.empty(reason)))
        for second in [1, 40, 100_000] {
            let held = apply(.empty(reason), after: second)
            #expect(held.ports == [1] && held.isStale && held.age == .seconds(second))
        }
        #expect(apply(.endpoints(2), after: 100_001).ports == [2])
    }

    // MARK: Failures

    @Test
    mutating func `An unknown outcome keeps the endpoints and makes them stale, with their age`() {
        _ = apply(.endpoints(1, 2))
        let stale = apply(.unknown(), after: 10)
        #expect(stale.ports == [1, 2] && stale.isStale && stale.age == .seconds(10))
        #expect(!apply(.endpoints(1, 2), after: 11).isStale)
    }

    @Test mutating func `Endpoints are returned no longer than the stale limit`() {
        _ = apply(.endpoints(1))
        #expect(apply(.unknown(), after: 3600).ports == [1])
        #expect(apply(.unknown(), after: 3601).isUnknown)
        // A partial answer proves nothing about an endpoint that it leaves out, so it does not renew its age.
        #expect(apply(.endpoints(2, isComplete: false), after: 3602).ports == [2])
    }

    @Test
    mutating func `A joined set has the age of the endpoint that was seen least recently`() {
        _ = apply(.endpoints(1, 2))
        let joined = apply(.endpoints(2, isComplete: false), after: 3590)
        #expect(joined.ports == [1, 2] && joined.age == .seconds(3590))
        // The limit holds for each endpoint.
        let stale = apply(.unknown(), after: 3601)
        #expect(stale.ports == [2] && stale.age == .seconds(11))
        #expect(hold.lastGood(at: start + .seconds(3601))?.ports == [2])
    }

    @Test
    mutating func `The stale limit holds for recalled endpoints after a partial answer is joined to them`() {
        var old = Resolution.endpoints(1)
        old.age = .seconds(3590)
        hold.recall(old, at: start)
        let joined = apply(.endpoints(2, isComplete: false), after: 5)
        #expect(joined.ports == [1, 2] && joined.age == .seconds(3595))
        #expect(apply(.endpoints(2, isComplete: false), after: 11).ports == [2])
    }

    @Test
    mutating func `An answer is unknown if its server lost its leader before the stale limit`() {
        var old = Resolution.endpoints(1, source: .http).leaderless
        old.age = .seconds(3601)
        #expect(apply(old).failureCodes == [.serverFailure])
        _ = apply(.endpoints(2, source: .http), after: 10)
        #expect(apply(old, after: 20).ports == [2])
        old.age = .seconds(3600)
        #expect(apply(old, after: 30).ports == [1, 2])
    }

    @Test
    mutating func `A recalled answer counts as the last good answer`() {
        var old = Resolution.endpoints(1)
        old.age = .seconds(100)
        hold.recall(old, at: start)
        let stale = apply(.unknown(), after: 5)
        #expect(stale.ports == [1] && stale.age == .seconds(105))
    }

    private mutating func apply(_ answer: Resolution, after seconds: Int = 0) -> Resolution {
        hold.apply(answer, at: start + .seconds(seconds))
    }
}
