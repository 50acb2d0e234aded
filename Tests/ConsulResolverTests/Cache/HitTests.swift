// SPDX-License-Identifier: Apache-2.0

import Dispatch
import NIOConcurrencyHelpers
import Synchronization
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel

struct HitTests {
    @Test func `A cache hit does not suspend the caller, on any executor`() async throws {
        try await withCachedResolver { _, _, resolver in
            _ = try await resolver.resolve("web")
            let bystander = Bystander()
            let jobs = try await bystander.jobsTaken { () async throws in
                for _ in 0..<100 { _ = try await resolver.resolve("web") }
                for _ in 0..<100 { _ = try await resolver.resolve(ServiceRequest("web")) }
            }
            #expect(jobs == 0)
        }
    }

    @Test
    func `A cache hit is served from a copy until the entry changes`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            _ = try await resolver.resolve("web")
            for _ in 0..<10 { #expect(try await resolver.resolve("web").endpoints.count == 1) }
            let service = resolver.cache.slot(for: ServiceRequest("web"))
            _ = service.apply(.endpoints(1, 2, 3))
            #expect(try await resolver.resolve("web").endpoints.count == 3)
            // The copy ends where refreshing ahead begins.
            dns.setScript { [.reply(.service(to: $0, count: 5).withEDNS(of: $0))] }
            clock.advance(by: .milliseconds(950))
            #expect(try await resolver.resolve("web").endpoints.count == 3)
            try await resolver.waitForFetches()
            #expect(try await resolver.resolve("web").endpoints.count == 5)
        }
    }

    @Test func `The last resolution of a service is served from a copy until the entry changes`() async throws {
        try await withCachedResolver { _, _, resolver in
            let service = resolver.service("web")
            #expect(service.current == nil)
            _ = try await resolver.resolve("web")
            for _ in 0..<100 { #expect(service.current?.endpoints.count == 1) }
            let slot = resolver.cache.slot(for: ServiceRequest("web"))
            var answer = Resolution.endpoints(1, 2, 3)
            answer.age = .seconds(5)
            _ = slot.apply(answer)
            #expect(service.current?.endpoints.count == 3 && service.current?.age == .seconds(5))
            slot.beginWatch()
            #expect(service.current?.age == .seconds(5))
            _ = slot.confirm()
            #expect(service.current?.age == .zero)
            _ = slot.apply(.unknown())
            #expect(service.current?.isStale == true && service.current?.endpoints.count == 3)
            #expect(resolver.cache.tally.hits == 0)
        }
    }

    @Test func `The last resolution of a service is still known after a shutdown, and not copied`() async throws {
        try await withCachedResolver { _, _, resolver in
            let service = resolver.service("web")
            _ = try await resolver.resolve("web")
            #expect(service.current?.endpoints.count == 1)
            resolver.cache.removeAll()
            _ = service.followed.handle.slot.apply(.endpoints(1, 2))
            #expect(service.current?.endpoints.count == 2)
        }
    }

    @Test func `Services whose copies have the same place are kept apart`() async throws {
        let place = ThreadHitCache.place(of: "web")
        let other = try #require((0..<10_000).lazy.map { "web-\($0)" }.first { ThreadHitCache.place(of: $0) == place })
        try await withCachedResolver { dns, _, resolver in
            let (web, tagged) = (resolver.service("web"), resolver.service(ServiceRequest("web", tags: ["v1"])))
            _ = try await resolver.resolve("web")
            dns.setScript { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
            _ = try await resolver.resolve(other)
            dns.setScript { [.reply(.service(to: $0, count: 3).withEDNS(of: $0))] }
            _ = try await resolver.resolve("web", tag: "v1")
            for _ in 0..<100 {
                #expect(try await resolver.resolve("web").endpoints.count == 1)
                #expect(try await resolver.resolve(other).endpoints.count == 2)
                #expect(web.current?.endpoints.count == 1 && tagged.current?.endpoints.count == 3)
            }
            #expect(dns.queries.count == 3 && resolver.cache.tally.hits == 200)
        }
    }

    @Test func `A lookup by name gets no copy of a request with conditions`() async throws {
        try await withCachedResolver { _, _, resolver in
            _ = try await resolver.resolve("web")
            // Enough to fill every place.
            for name in ["web", ""] {
                for number in 0..<500 {
                    let service = resolver.service(ServiceRequest(name, tags: ["\(number)"]))
                    _ = service.followed.handle.slot.apply(.endpoints(1, 2))
                    #expect(service.current?.endpoints.count == 2)
                }
                #expect(try await resolver.resolve("web").endpoints.count == 1)
                await #expect(throws: ConsulNameError.self) { try await resolver.resolve("") }
            }
        }
    }

    @Test(arguments: ["", "w", "webshop", "web-shop", "a-service-with-a-long-name", "größe"])
    func `Every name has a place among the copies`(name: String) {
        let place = ThreadHitCache.place(of: name)
        #expect((0..<64).contains(place))
        #expect(ThreadHitCache.place(of: String(decoding: Array(name.utf8), as: UTF8.self)) == place)
    }

    @Test func `A watched entry is served from a copy, which ends with the watch`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            let slot = resolver.cache.slot(for: ServiceRequest("web"))
            slot.beginWatch()
            _ = slot.apply(.endpoints(1, 2))
            for seconds in 0..<10 {
                let age = try await resolver.resolve("web").age
                #expect(age == .seconds(seconds))
                clock.advance(by: .seconds(1))
            }
            _ = slot.confirm()
            let age = try await resolver.resolve("web").age
            #expect(age == .zero)
            #expect(dns.queries.isEmpty && resolver.cache.tally.hits == 11)
            slot.endWatch()
            #expect(try await resolver.resolve("web").endpoints.count == 1)
            #expect(dns.queries.count == 1)
        }
    }

    /// Also for the thread sanitizer. An array of endpoints is released too early if a stripe is freed before its copy is
    /// retained, and an answer is older than the last update if a copy outlives it.
    @Test func `Lookups on many threads never see an answer from before the last update`() async throws {
        try await withCachedResolver { _, _, resolver in
            let slot = resolver.cache.slot(for: ServiceRequest("web"))
            let service = resolver.service("web")
            let updates = Updates()
            let tasks = 8
            _ = slot.apply(.endpoints(0, 0, 0))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while updates.readers.load(ordering: .relaxed) < tasks {
                        let number = updates.begun.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
                        let port = UInt16(truncatingIfNeeded: number)
                        _ = slot.apply(.endpoints(port, port, port))
                        updates.done.store(number, ordering: .sequentiallyConsistent)
                        await Task.yield()
                    }
                }
                for task in 0..<tasks {
                    group.addTask {
                        defer { updates.readers.wrappingAdd(1, ordering: .relaxed) }
                        for step in 0..<4000 {
                            let first = updates.done.load(ordering: .sequentiallyConsistent)
                            let usesName = (step + task).isMultiple(of: 2)
                            let answer = usesName ? try await resolver.resolve("web") : service.current
                            let last = updates.begun.load(ordering: .sequentiallyConsistent)
                            let ports = Set(answer?.endpoints.map(\.port) ?? [])
                            let possible = (first...last).contains { ports == [UInt16(truncatingIfNeeded: $0)] }
                            guard possible else { throw Stray() }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private final class Updates: Sendable {
        let begun = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        /// The number of tasks that have read enough.
        let readers = Atomic<Int>(0)
    }

    private struct Stray: Error {}

    @Test func `A cache hit is counted, from a copy or from the entry`() async throws {
        try await withCachedResolver { _, _, resolver in
            for _ in 0..<1000 { _ = try await resolver.resolve("web") }
            #expect(resolver.cache.tally.hits == 999)
            #expect(resolver.cache.tally.hits == 999)
        }
    }
}

/// An actor that counts the jobs of its executor.
private actor Bystander {
    private let executor = CountingExecutor()

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The number of jobs that `body` adds to the one that it runs in.
    func jobsTaken(_ body: nonisolated(nonsending) () async throws -> Void) async throws -> Int {
        let before = executor.jobs
        try await body()
        return executor.jobs - before
    }
}

private final class CountingExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "bystander")
    private let count = NIOLockedValueBox(0)

    var jobs: Int { count.withLockedValue { $0 } }

    func enqueue(_ job: consuming ExecutorJob) {
        count.withLockedValue { $0 += 1 }
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
