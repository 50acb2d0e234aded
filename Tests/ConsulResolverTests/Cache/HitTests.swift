// SPDX-License-Identifier: Apache-2.0

import Dispatch
import NIOConcurrencyHelpers
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
