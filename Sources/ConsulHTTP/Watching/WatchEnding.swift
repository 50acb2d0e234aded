// SPDX-License-Identifier: Apache-2.0

/// A ``WatchChannel`` of whatever type, to whoever ends it.
protocol WatchEnding: AnyObject, Sendable {
    /// Tells everybody that nothing will follow. The first end counts.
    func finish(throwing error: ConsulHTTPError?)
}
