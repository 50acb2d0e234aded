// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel

struct CachingSourceTests {
    @Test
    func `A thousand callers share one query, on a cold name and on one that has just expired`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            for round in 1...2 {
                let start = WatchedValue(false)
                let gate = Gate()
                dns.setScript { query in
                    [.hold(gate), .reply(.service(to: query, count: 3).withEDNS(of: query))]
                }
                let found = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<1000 {
                        group.addTask {
                            _ = try await start.wait { $0 }
                            return try await resolver.resolve("web").endpoints.count
                        }
                    }
                    start.update { $0 = true }
                    try await eventually("all callers to join one fetch") {
                        let tally = resolver.cache.tally
                        return tally.coalesced == 999 * round && tally.misses == round
                    }
                    gate.release()
                    return try await group.reduce(0, +)
                }
                #expect(found == 3000)
                #expect(dns.queries.count == round)
                clock.advance(by: .seconds(1))
            }
        }
    }

    @Test func `A cached answer is returned, with the cache as its source`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            let first = try await resolver.resolve("web")
            #expect(first.source == .dnsUDP)
            clock.advance(by: .milliseconds(500))
            let second = try await resolver.resolve("web")
            #expect(
                second.source == .cache && second.age == .milliseconds(500) && second.timeToLive == .milliseconds(500)
            )
            #expect(second.authorities == first.authorities)
            #expect(dns.queries.count == 1)
        }
    }

    @Test func `The cache keeps answers to different requests apart`() async throws {
        try await withCachedResolver { dns, _, resolver in
            _ = try await resolver.resolve("web")
            _ = try await resolver.resolve("web", tag: "v1")
            _ = try await resolver.resolve("web", in: .datacenter("dc2"))
            _ = try await resolver.resolve("api")
            #expect(dns.queries.count == 4)
            _ = try await resolver.resolve("web", tag: "v1")
            #expect(dns.queries.count == 4)
        }
    }

    @Test func `Canceling one caller does not affect the others`() async throws {
        try await withCachedResolver { dns, _, resolver in
            let gate = Gate()
            dns.setScript { query in
                [.hold(gate), .reply(.service(to: query, count: 1).withEDNS(of: query))]
            }
            let leaver = Task { try await resolver.resolve("web") }
            try await dns.waitForQueries(1)
            let other = Task { try await resolver.resolve("web") }
            try await eventually("the other lookup to join the fetch") { resolver.cache.tally.coalesced == 1 }
            leaver.cancel()
            await #expect(throws: CancellationError.self) { try await leaver.value }
            gate.release()
            #expect(try await other.value.endpoints.count == 1)
            #expect(dns.queries.count == 1)
        }
    }

    @Test func `A caller's deadline does not apply to another caller`() async throws {
        try await withCachedResolver { dns, _, resolver in
            dns.setScript { _ in [] }
            // The short deadline belongs to the second caller. The virtual clock stands still, so the first caller does
            // not time out.
            async let patient = resolver.resolve("web")
            try await dns.waitForQueries(1)
            let hasty = try await resolver.resolve("web", timeout: .zero)
            #expect(hasty.failureCodes == [.timedOut])
            dns.setScript { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
            #expect(try await patient.endpoints.count == 1)
        }
    }

    @Test
    func `A caller that joins a fetch waits no longer than its own timeout`() async throws {
        try await withCachedResolver(configure: { $0.timeout = .seconds(2) }) { dns, clock, resolver in
            let gate = Gate()
            dns.setScript { [.hold(gate), .reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
            async let patient = resolver.resolve("web", timeout: .seconds(30))
            try await dns.waitForQueries(1)
            async let other = resolver.resolve("web")
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(2))
            #expect(try await other.failureCodes == [.timedOut])
            gate.release()
            #expect(try await patient.endpoints.count == 1)
        }
    }

    @Test
    func `While Consul is slow, waiting callers get a stale answer and later callers the new one`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            _ = try await resolver.resolve("web")
            clock.advance(by: .seconds(5))
            let answer = WatchedValue(false)
            dns.setScript { query in
                answer.current ? [.reply(.service(to: query, count: 2).withEDNS(of: query))] : []
            }
            async let waiting = resolver.resolve("web")
            try await clock.waitForSleepers(1)
            clock.advance(by: .milliseconds(250))
            let early = try await waiting
            #expect(early.endpoints.count == 1 && early.isStale && early.age >= .seconds(5))
            // No other caller waits for that fetch.
            #expect(try await resolver.resolve("web").isStale)
            answer.update { $0 = true }
            try await eventually("the new answer") { try await resolver.resolve("web").endpoints.count == 2 }
        }
    }

    @Test
    func `A failing Consul leaves the last good answer in place, and gets at most one query a second`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            _ = try await resolver.resolve("web")
            dns.setScript { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
            dns.forgetQueries()
            for _ in 0..<100 {
                clock.advance(by: .milliseconds(100))
                let resolution = try await resolver.resolve("web")
                #expect(resolution.endpoints.count == 1)
                try await resolver.waitForFetches()
            }
            #expect(dns.queries.count <= 10)
            #expect(try await resolver.resolve("web").isStale)
            dns.setScript { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
            clock.advance(by: .milliseconds(1500))
            _ = try await resolver.resolve("web")
            try await resolver.waitForFetches()
            let fresh = try await resolver.resolve("web")
            #expect(fresh.endpoints.count == 2 && !fresh.isStale)
        }
    }

    @Test func `An invalid request is refused every time`() async throws {
        try await withCachedResolver { dns, _, resolver in
            for _ in 0..<3 {
                await #expect(throws: ConsulNameError.self) { try await resolver.resolve("a.b") }
            }
            #expect(dns.queries.isEmpty)
        }
    }

    @Test
    func `The cache stays within its capacity, and queries again for evicted entries`() async throws {
        try await withCachedResolver(configure: { $0.cache?.capacity = 50 }) { dns, _, resolver in
            for number in 0..<200 { _ = try await resolver.resolve("service-\(number)") }
            #expect(resolver.cache.size == 50)
            dns.forgetQueries()
            for number in 0..<200 { _ = try await resolver.resolve("service-\(number)") }
            #expect(dns.queries.count >= 150)
        }
    }

    @Test
    func `The cache returns to its capacity after a burst in which no entry could be evicted`() async throws {
        try await withCachedResolver(configure: { $0.cache?.capacity = 20 }) { dns, _, resolver in
            let gate = Gate()
            dns.setScript { [.hold(gate), .reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 { group.addTask { _ = try await resolver.resolve("burst-\(number)") } }
                try await eventually("an entry for each service") { resolver.cache.size == 60 }
                gate.release()
                try await group.waitForAll()
            }
            for number in 0..<60 { _ = try await resolver.resolve("service-\(number)") }
            #expect(resolver.cache.size == 20)
        }
    }

    @Test
    func `A resolver that is released without a shutdown leaves no cache and no entry behind`() async throws {
        weak var cache: CachingSource?
        weak var service: CacheSlot?
        do {
            var configuration = ServiceResolver.Configuration.forTests(ports: [1])
            configuration.cache = .init()
            let resolver = try ServiceResolver(configuration: configuration)
            _ = try await resolver.resolve("web")
            cache = resolver.cache
            service = resolver.cache.slot(for: ServiceRequest("web"))
            #expect(service != nil)
        }
        let (isCacheGone, isServiceGone) = (WeakBox(cache), WeakBox(service))
        try await eventually("the cache to be gone") { isCacheGone.object == nil && isServiceGone.object == nil }
    }

    @Test func `A full cache keeps an entry that a service handle holds`() async throws {
        try await withCachedResolver(configure: { $0.cache?.capacity = 4 }) { dns, _, resolver in
            let held = resolver.service("held")
            _ = try await held.resolve()
            for number in 0..<100 { _ = try await resolver.resolve("service-\(number)") }
            dns.forgetQueries()
            _ = try await held.resolve()
            #expect(dns.queries.isEmpty)
            #expect(held.current?.endpoints.count == 1)
        }
    }

    @Test func `A cached answer is not returned after shutdown`() async throws {
        try await withCachedResolver { _, _, resolver in
            _ = try await resolver.resolve("web")
            await resolver.shutdown()
            await #expect(throws: DNSClientError.self) { try await resolver.resolve("web") }
        }
    }
}

/// A weak reference to an object.
private final class WeakBox<Object: AnyObject & Sendable>: Sendable {
    private struct Reference: Sendable {
        weak var object: Object?
    }

    private let reference: NIOLockedValueBox<Reference>

    init(_ object: Object?) { reference = NIOLockedValueBox(Reference(object: object)) }

    var object: Object? { reference.withLockedValue { $0.object } }
}
