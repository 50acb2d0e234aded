// SPDX-License-Identifier: Apache-2.0

/// The reason why a query ended without an answer.
enum QueryFailure: Error, Hashable {
    case deadlineExceeded
    case cancelled
    case clientClosed
    /// An `errno` value, or 0 when the peer closed the connection in order.
    case connectionFailed(systemError: Int32)
    case malformedAnswer
    case rejected
    case outOfResources
    /// Wrong answers arrived repeatedly, as they do when an attacker tries to forge one.
    case suspectedForgery
}
