// SPDX-License-Identifier: Apache-2.0

public import ResolutionModel
import ResolverSupport

#if Tracing
import ConsulHTTP
#endif

/// The present resolution of a service, and every change: see ``ConsulService/updates``. It never fails: failures are
/// part of a resolution.
public struct ServiceUpdates: AsyncSequence, Sendable {
    let service: FollowedService
    /// True if another order of the same endpoints is a change.
    var heedsOrder = false

    /// Starts to follow the service, until the iterator is released.
    public func makeAsyncIterator() -> Iterator {
        let (stream, continuation) = AsyncStream.makeStream(of: Resolution.self, bufferingPolicy: .bufferingNewest(1))
        let follower = ServiceFollower(
            service: service,
            by: service.resolver.followerDependencies,
            heedsOrder: heedsOrder,
            output: continuation
        )
        let task = service.resolver.followers.start {
            #if Tracing
            await RequestTracing.$isPaused.withValue(true) { await follower.run() }
            #else
            await follower.run()
            #endif
            continuation.finish()
        }
        guard let task else {
            continuation.finish()
            return Iterator(base: stream.makeAsyncIterator())
        }
        continuation.onTermination = { _ in task.cancel() }
        return Iterator(base: stream.makeAsyncIterator())
    }

    /// One iteration over the changes.
    public struct Iterator: AsyncIteratorProtocol {
        var base: AsyncStream<Resolution>.Iterator

        /// Returns the next change; `nil` when there will be no more.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> Resolution? {
            await base.next(isolation: actor)
        }
    }
}
