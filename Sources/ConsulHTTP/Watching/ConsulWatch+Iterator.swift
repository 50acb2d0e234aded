// SPDX-License-Identifier: Apache-2.0

extension ConsulWatch {
    /// One subscriber's way through the updates.
    public struct Iterator: AsyncIteratorProtocol {
        private var subscription: WatchSubscription<Value>?
        private var error: ConsulHTTPError?
        private var seen: UInt64 = 0
        private let tellsRepetitions: Bool

        init(subscription: WatchSubscription<Value>?, tellsRepetitions: Bool) {
            self.subscription = subscription
            self.tellsRepetitions = tellsRepetitions
            if subscription == nil { error = ConsulHTTPError(.closed, "the client has been shut down") }
        }

        /// Waits for the next update: the first time for whatever is known, later for what is newer.
        ///
        /// - Returns: The update; `nil` when the task was cancelled, or the client shut down in the meantime.
        /// - Throws: What ended the watch, once; `nil` follows.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ConsulHTTPError) -> WatchUpdate<Value>? {
            guard let channel = subscription?.channel else { return try end(error) }
            switch await channel.next(after: seen, tellsRepetitions: tellsRepetitions) {
            case .update(let update, let version):
                seen = version
                return update
            case .end(let error):
                return try end(error)
            }
        }

        private mutating func end(_ last: ConsulHTTPError?) throws(ConsulHTTPError) -> WatchUpdate<Value>? {
            (subscription, error) = (nil, nil)
            if let last { throw last }
            return nil
        }
    }
}
