// SPDX-License-Identifier: Apache-2.0

/// A ``WatchChannel`` of any value, for the code that ends it.
protocol WatchEnding: AnyObject, Sendable {
    /// Ends the watch for all subscribers. The first end counts.
    func finish(throwing error: ConsulHTTPError?)
}
