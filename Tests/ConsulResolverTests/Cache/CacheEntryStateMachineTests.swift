// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel
@testable import ResolverSupport

struct CacheEntryStateMachineTests {
    let start = Moment.now
    var entry = CacheEntryStateMachine(rules: .init(hold: .init(), cache: .init()), at: .now)

    init() { remake { _ in } }

    // MARK: Time to live

    @Test
    mutating func `A cache entry without an answer starts a fetch, and later reads join it`() {
        #expect(read() == .ask)
        #expect(read() == .join)
        _ = answer(.endpoints(1))
        #expect(read() == .hit)
    }

    @Test(
        arguments: [(0, 1), (10, 10), (60, 60), (86_400, 60)]
    )
    mutating func `A cache entry keeps endpoints for their TTL, within bounds`(seconds: Int, kept: Int) {
        _ = answer(.endpoints(1, timeToLive: .seconds(seconds)))
        #expect(known(at: .seconds(kept) - .nanoseconds(1))?.isStale == false)
        #expect(known(at: .seconds(kept))?.isStale == true)
        #expect(read(at: .seconds(kept)) == .ask)
    }

    @Test
    mutating func `A cache entry reports the remaining TTL and the age of its answer`() throws {
        _ = answer(.endpoints(1, timeToLive: .seconds(10)))
        let found = try #require(known(at: .seconds(4)))
        #expect(found.timeToLive == .seconds(6))
        #expect(found.age == .seconds(4))
        #expect(found.source == .cache)
    }

    @Test mutating func `A cache entry keeps a TTL of zero where the floor is zero`() {
        remake { $0.minimumTimeToLive = .zero }
        _ = answer(.endpoints(1))
        #expect(read() == .ask)
    }

    @Test
    mutating func `A cache entry keeps a negative answer for a second at most, and not at all if the SOA says zero`() {
        _ = answer(.empty(.noSuchService, timeToLive: .seconds(30)))
        #expect(read(at: .milliseconds(799)) == .hit)
        #expect(read(at: .seconds(1)) == .ask)
        remake { _ in }
        _ = answer(.empty(.noSuchService), at: .seconds(2))
        #expect(read(at: .seconds(2)) == .ask)
    }

    @Test
    mutating func `A cache entry keeps a repeated negative answer for a second, even where the SOA says zero`() {
        _ = answer(.empty(.noSuchService))
        #expect(read() == .ask)
        _ = answer(.empty(.noSuchService), at: .milliseconds(10))
        #expect(read(at: .milliseconds(800)) == .hit)
        #expect(read(at: .milliseconds(1010)) == .ask)
        // Another request looks up the reason and may fail, so an answer with another reason counts as the same
        // negative answer.
        _ = answer(.empty(nil), at: .milliseconds(1020))
        #expect(read(at: .milliseconds(1100)) == .hit)
    }

    @Test
    mutating func `A cache entry keeps the first negative answer after other answers no longer than the SOA says`() {
        remake { _ in }
        _ = answer(.unknown())
        _ = answer(.empty(.noSuchService), at: .seconds(1))
        #expect(read(at: .seconds(1)) == .ask)
        _ = answer(.endpoints(1), at: .seconds(2))
        _ = answer(.empty(.noHealthyInstance), at: .seconds(4))
        #expect(read(at: .seconds(4)) == .ask)
    }

    @Test
    mutating func `A cache entry caches no repeated negative answer when the floor or the ceiling is zero`() {
        for change in [\ServiceResolver.Configuration.Cache.minimumNegativeTimeToLive, \.maximumNegativeTimeToLive] {
            remake { $0[keyPath: change] = .zero }
            _ = answer(.empty(.noSuchService))
            _ = answer(.empty(.noSuchService))
            #expect(read() == .ask)
        }
    }

    @Test
    mutating func `A cache entry does not expire while the clock stands still, and accepts a clock that is behind`() {
        _ = answer(.endpoints(1))
        for _ in 0..<1000 { #expect(read() == .hit) }
        #expect(known(at: .zero - .seconds(5))?.age == .zero)
    }

    // MARK: Refreshing ahead

    @Test(
        arguments: [0.0, 0.25, 0.75]
    )
    mutating func `A cache entry refreshes once in the last tenth to fifth of the TTL, without waiting readers`(
        chance: Double
    ) {
        _ = answer(.endpoints(1, timeToLive: .seconds(10)), chance: chance)
        // Products with a fraction are rounded below a microsecond.
        let moment = Duration.seconds(8) + .seconds(1) * chance + .microseconds(1)
        #expect(read(at: moment - .milliseconds(1)) == .hit)
        #expect(read(at: moment) == .refresh)
        #expect(read(at: moment + .milliseconds(1)) == .hit)
        _ = answer(.endpoints(2, timeToLive: .seconds(10)), at: moment + .milliseconds(2))
        #expect(read(at: moment + .seconds(7)) == .hit)
    }

    @Test
    mutating func `A cache entry lets reads after the TTL join a refresh that has begun before`() {
        _ = answer(.endpoints(1, timeToLive: .seconds(10)))
        #expect(read(at: .milliseconds(9500)) == .refresh)
        #expect(read(at: .seconds(10)) == .join)
    }

    // MARK: Failures

    @Test
    mutating func `A cache entry keeps a failure for a second, and longer when failures go on, up to the maximum`() {
        remake { $0.maximumFailureTimeToLive = .milliseconds(1500) }
        _ = answer(.unknown())
        #expect(read(at: .milliseconds(999)) == .hit)
        #expect(read(at: .seconds(1)) == .ask)
        _ = answer(.unknown(), at: .seconds(2))
        #expect(read(at: .milliseconds(3499)) == .hit)
        #expect(read(at: .milliseconds(3500)) == .ask)
        _ = answer(.unknown(), at: .seconds(4))
        #expect(read(at: .milliseconds(5500)) == .ask)
    }

    @Test mutating func `A cache entry does not replace a good answer by a failure`() throws {
        _ = answer(.endpoints(1))
        #expect(read(at: .seconds(2)) == .ask)
        let accepted = answer(.unknown(), at: .seconds(2))
        #expect(accepted.ports == [1] && accepted.isStale)
        // Reads hit until the failure backoff is over. Then a refresh runs, and reads still hit.
        #expect(read(at: .milliseconds(2500)) == .hit)
        #expect(read(at: .seconds(3)) == .refresh)
        #expect(read(at: .seconds(3)) == .hit)
        let found = try #require(known(at: .seconds(3)))
        #expect(found.isStale && found.age == .seconds(3))
    }

    @Test mutating func `A cache entry returns no answer older than the stale limit`() {
        remake { $0.staleLimit = .seconds(10) }
        _ = answer(.endpoints(1))
        _ = answer(.unknown(), at: .seconds(5))
        #expect(read(at: .seconds(9)) == .refresh)
        #expect(known(at: .seconds(11)) == nil)
        #expect(answer(.unknown(), at: .seconds(11)).isUnknown)
    }

    @Test mutating func `A cache entry returns its stale answer once a fetch takes long`() {
        _ = answer(.endpoints(1))
        #expect(read(at: .seconds(2)) == .ask)
        #expect(read(at: .seconds(2)) == .join)
        entry.isTakingLong()
        #expect(read(at: .seconds(3)) == .hit)
        _ = answer(.endpoints(2), at: .seconds(4))
        #expect(known(at: .seconds(4))?.isStale == false)
    }

    @Test mutating func `A cache entry starts a new fetch after an abandoned one`() {
        #expect(read() == .ask)
        entry.abandon()
        #expect(read() == .ask)
    }

    // MARK: Answers without a fetch

    @Test
    mutating func `A cache entry needs no fetch while a watch keeps it current, and fetches when the watch ends`() {
        entry.beginWatch()
        _ = entry.apply(.endpoints(1), at: start, chance: 0)
        #expect(read(at: .seconds(1000)) == .hit)
        #expect(known(at: .seconds(1000))?.isStale == false)
        entry.endWatch()
        #expect(read(at: .seconds(1000)) == .ask)
    }

    @Test(
        arguments: [Resolution.unknown(), .endpoints(7)]
    )
    mutating func `A cache entry prefers the answer of a watch to the answer of an earlier query`(by late: Resolution) {
        #expect(read() == .ask)
        _ = entry.apply(.endpoints(1), at: start, chance: 0)
        entry.beginWatch()
        #expect(answer(late, at: .seconds(1)).ports == [1])
        #expect(read(at: .seconds(2)) == .hit)
        #expect(known(at: .seconds(2))?.isStale == false)
    }

    @Test
    mutating func `A cache entry returns a recalled answer only in place of a failure`() {
        var old = Resolution.endpoints(1)
        (old.age, old.isStale) = (.seconds(100), true)
        entry.recall(old, at: start)
        #expect(read() == .ask)
        #expect(answer(.unknown(), at: .seconds(1)).ports == [1])
        #expect(answer(.empty(.noSuchService), at: .seconds(2)).isEmpty)
    }

    @Test
    mutating func `A cache entry returns an answer that is young enough to a caller that wants a recent one`() {
        _ = answer(.endpoints(1))
        #expect(readAnew(at: .seconds(4)) == .hit)
        #expect(readAnew(at: .seconds(5)) == .ask)
    }

    // MARK: Counting

    @Test mutating func `A cache entry counts misses, joins, hits, refreshes and stale hits`() {
        _ = read()
        _ = read()
        _ = answer(.endpoints(1))
        _ = read()
        _ = read(at: .milliseconds(950))
        _ = answer(.unknown(), at: .seconds(4))
        _ = read(at: .milliseconds(4100))
        let tally = entry.tally
        #expect(tally.misses == 1 && tally.coalesced == 1 && tally.hits == 2 && tally.refreshes == 1)
        #expect(tally.stale == 1 && tally.staleAge == .milliseconds(4100) && tally.refreshLag == .seconds(3))
    }

    // MARK: Helpers

    private enum Kind { case hit, refresh, ask, join }

    private mutating func read(at offset: Duration = .zero) -> Kind { kind(entry.read(at: start + offset)) }

    private mutating func readAnew(at offset: Duration) -> Kind {
        kind(entry.readAnew(ifOlderThan: .seconds(5), at: start + offset))
    }

    private mutating func known(at offset: Duration) -> Resolution? { entry.known(at: start + offset) }

    private func kind(_ reading: CacheEntryStateMachine.Reading) -> Kind {
        switch reading {
        case .hit: .hit
        case .refresh: .refresh
        case .ask: .ask
        case .join: .join
        }
    }

    private mutating func answer(_ answer: Resolution, at offset: Duration = .zero, chance: Double = 0) -> Resolution {
        entry.answered(answer, at: start + offset, chance: chance)
    }

    private mutating func remake(_ configure: (inout ServiceResolver.Configuration.Cache) -> Void) {
        var cache = ServiceResolver.Configuration.Cache()
        configure(&cache)
        entry = CacheEntryStateMachine(rules: .init(hold: .init(), cache: cache), at: start)
    }
}
