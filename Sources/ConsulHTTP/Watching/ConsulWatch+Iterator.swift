// SPDX-License-Identifier: Apache-2.0

extension ConsulWatch {
    /// The iterator of one subscriber.
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

        /// Waits for the next update: on the first call for any update, later for a newer one.
        ///
        /// - Returns: The update; `nil` if the task was canceled, or if the client was shut down in the meantime.
        /// - Throws: The error that ended the watch, once; later calls return `nil`.
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
