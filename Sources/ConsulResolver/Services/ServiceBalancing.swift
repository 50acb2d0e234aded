// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NIOConcurrencyHelpers
import ResolutionCache
import ResolutionModel
import ResolverSupport
import Synchronization

/// A balancer that receives the resolutions of a followed service, from its first use until the last reference is gone.
final class ServiceBalancing: Sendable {
    /// Passes resolutions to the balancer, in order. The task that follows the service retains this, and not its owner.
    private final class Feed: Sendable {
        let balancer: LoadBalancer
        private let request: ServiceRequest
        /// True once a resolution has been passed on, even one with an unknown outcome.
        let hasBegun = Atomic<Bool>(false)
        private let lock = NIOLock()

        init(_ balancer: LoadBalancer, for request: ServiceRequest) {
            self.balancer = balancer
            self.request = request
        }

        func apply(_ resolution: Resolution) {
            lock.withLock { tell(resolution) }
        }

        /// Passes on a first resolution that did not come from the follower, unless one of the follower's has arrived
        /// meanwhile.
        func apply(first resolution: Resolution) {
            lock.withLock {
                if !hasBegun.load(ordering: .relaxed) { tell(resolution) }
            }
        }

        private func tell(_ resolution: Resolution) {
            let isSorted = request.isOrderedByConsul || resolution.alternative?.isPreparedQuery == true
            balancer.apply(resolution, isSorted: isSorted)
            hasBegun.store(true, ordering: .releasing)
        }
    }

    private static let end = "the resolver of this service has been shut down; make a new one"

    private let followed: FollowedService
    /// The name of the service in log messages; `nil` if they have no such metadata.
    let logName: String?
    private let feed: Feed
    private let isStarted = Atomic<Bool>(false)
    private let task = NIOLockedValueBox<Task<Void, Never>?>(nil)

    var balancer: LoadBalancer { feed.balancer }

    init(_ followed: FollowedService, _ balancer: LoadBalancer) {
        self.followed = followed
        logName = followed.resolver.providesLogContext ? "\(followed.request)" : nil
        feed = Feed(balancer, for: followed.request)
    }

    deinit { task.withLockedValue { $0 }?.cancel() }

    /// Starts to follow the service, unless it is followed already.
    func start() {
        guard !isStarted.load(ordering: .relaxed), !isStarted.exchange(true, ordering: .relaxed) else { return }
        let updates = ServiceUpdates(service: followed, heedsOrder: heedsOrder)
        let followers = followed.resolver.followers
        let started = followers.start { [balancer, feed] in
            for await resolution in updates { feed.apply(resolution) }
            // Otherwise the task ends because the service has been released.
            if followers.isShutDown { balancer.close(because: Self.end) }
        }
        if started == nil { balancer.close(because: Self.end) }
        task.withLockedValue { $0 = started }
    }

    /// True if picks depend on an order that has a meaning. DNS and this library shuffle all other answers.
    private var heedsOrder: Bool {
        let request = followed.request
        let isOrdered = request.isOrderedByConsul || request.alternatives.contains { $0.isPreparedQuery }
        return isOrdered && balancer.configuration.locality?.dependsOnOrder == true
    }

    /// Returns when there has been a resolution, even one with an unknown outcome.
    ///
    /// - Throws: The errors of `ServiceResolver.resolve`.
    nonisolated(nonsending) func waitForAnswer(timeout: Duration?) async throws {
        start()
        guard !feed.hasBegun.load(ordering: .acquiring) else { return }
        feed.apply(first: try await firstAnswer(timeout: timeout))
    }

    /// Returns the first resolution. It comes from the cache entry of the service even if lookups do not use the cache:
    /// the follower uses the same entry, so that one fetch serves both. If an answer bypassed the entry, the follower
    /// could not tell that it is older than its own.
    nonisolated(nonsending) private func firstAnswer(timeout: Duration?) async throws -> Resolution {
        let resolver = followed.resolver
        guard followed.request.alternatives.isEmpty else {
            return try await resolver.resolve(followed.request, timeout: timeout)
        }
        let deadline = Deadline(in: timeout ?? resolver.configuration.timeout)
        let source = EntrySource(resolver.cache, isPatient: false)
        #if Tracing
        return try await TracedSource.tracing(source, by: resolver.tracing)
            .resolve(followed.request, deadline: deadline)
        #else
        return try await source.resolve(followed.request, deadline: deadline)
        #endif
    }
}
