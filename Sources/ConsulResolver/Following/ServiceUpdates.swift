// SPDX-License-Identifier: Apache-2.0

/// What is known of a service, and every change: see ``ConsulService/updates``.
public struct ServiceUpdates: AsyncSequence, Sendable {
    /// What is known at one moment.
    public typealias Element = Resolution

    /// Following never fails: what goes wrong is part of what is known.
    public typealias Failure = Never

    let service: FollowedService
    /// Whether another order of the same endpoints is a change.
    var heedsOrder = false

    /// Begins to follow; it ends when the iterator is let go.
    public func makeAsyncIterator() -> Iterator {
        let (stream, continuation) = AsyncStream.makeStream(of: Resolution.self, bufferingPolicy: .bufferingNewest(1))
        let follower = ServiceFollower(service: service, heedsOrder: heedsOrder, output: continuation)
        let task = service.resolver.followers.start {
            await follower.run()
            continuation.finish()
        }
        guard let task else {
            continuation.finish()
            return Iterator(base: stream.makeAsyncIterator())
        }
        continuation.onTermination = { _ in task.cancel() }
        return Iterator(base: stream.makeAsyncIterator())
    }

    /// One who follows.
    public struct Iterator: AsyncIteratorProtocol {
        var base: AsyncStream<Resolution>.Iterator

        /// The next change; `nil` when there will be none.
        public mutating func next() async -> Resolution? {
            await base.next()
        }

        /// The next change; `nil` when there will be none.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> Resolution? {
            await base.next(isolation: actor)
        }
    }
}
