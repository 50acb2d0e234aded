// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NIOConcurrencyHelpers
import Synchronization

/// A balancer that is told what Consul says, from when it is needed until nobody has it any more.
final class ServiceBalancing: Sendable {
    /// What is told to the balancer, in order. The task that follows the service holds on to this, and not to its owner.
    private final class Feed: Sendable {
        let balancer: LoadBalancer
        private let request: ServiceRequest
        /// Whether anything has been told, be it that nothing could be found out.
        let hasBegun = Atomic<Bool>(false)
        private let lock = NIOLock()

        init(_ balancer: LoadBalancer, for request: ServiceRequest) {
            self.balancer = balancer
            self.request = request
        }

        func take(_ resolution: Resolution) {
            lock.withLock { tell(resolution) }
        }

        /// Takes an answer that somebody could not wait for, unless there has been another one meanwhile.
        func take(first resolution: Resolution) {
            lock.withLock {
                if !hasBegun.load(ordering: .relaxed) { tell(resolution) }
            }
        }

        private func tell(_ resolution: Resolution) {
            switch resolution.outcome {
            case .endpoints(let endpoints):
                let isSorted = request.isOrderedByConsul || resolution.alternative?.isPreparedQuery == true
                balancer.update(endpoints, isStale: resolution.isStale, isSorted: isSorted)
            case .empty(let reason): balancer.removeAll(because: .empty(reason))
            // Endpoints that may still be used come as stale ones. With this outcome there are none, or they are older than
            // `Cache.staleLimit`.
            case .unknown(let failure): balancer.removeAll(because: .unknown(failure))
            }
            hasBegun.store(true, ordering: .releasing)
        }
    }

    private static let end = "the resolver of this service has been shut down; make a new one"

    private let followed: FollowedService
    private let feed: Feed
    private let isStarted = Atomic<Bool>(false)
    private let task = NIOLockedValueBox<Task<Void, Never>?>(nil)

    var balancer: LoadBalancer { feed.balancer }

    init(_ followed: FollowedService, _ balancer: LoadBalancer) {
        self.followed = followed
        feed = Feed(balancer, for: followed.request)
    }

    deinit { task.withLockedValue { $0 }?.cancel() }

    /// Has the service followed from now on, if it is not yet.
    func start() {
        guard !isStarted.load(ordering: .relaxed), !isStarted.exchange(true, ordering: .relaxed) else { return }
        let updates = ServiceUpdates(service: followed, heedsOrder: heedsOrder)
        let followers = followed.resolver.followers
        let started = followers.start { [balancer, feed] in
            for await resolution in updates { feed.take(resolution) }
            // The other end of this task is that of the service itself.
            if followers.isShutDown { balancer.close(because: Self.end) }
        }
        if started == nil { balancer.close(because: Self.end) }
        task.withLockedValue { $0 = started }
    }

    /// Whether picks depend on an order that means something. DNS and this library shuffle all others.
    private var heedsOrder: Bool {
        let request = followed.request
        let isOrdered = request.isOrderedByConsul || request.alternatives.contains { $0.isPreparedQuery }
        return isOrdered && balancer.configuration.locality?.dependsOnOrder == true
    }

    /// Returns when anything is known of the service, or it is known that nothing can be found out now.
    ///
    /// - Throws: As `ServiceResolver.resolve`.
    nonisolated(nonsending) func waitForAnswer(timeout: Duration?) async throws {
        start()
        guard !feed.hasBegun.load(ordering: .acquiring) else { return }
        feed.take(first: try await firstAnswer(timeout: timeout))
    }

    /// What is kept of the service, whether lookups look there or not: whoever follows asks the same there, and there is one
    /// question for both. An answer that the follower knew nothing of would be one that it could not tell to be old.
    nonisolated(nonsending) private func firstAnswer(timeout: Duration?) async throws -> Resolution {
        let resolver = followed.resolver
        guard resolver.configuration.cache == nil, followed.request.alternatives.isEmpty else {
            return try await resolver.resolve(followed.request, timeout: timeout)
        }
        return try await resolver.cache.renewed(followed.cached, ifOlderThan: .zero, timeout: timeout)
    }
}
