// SPDX-License-Identifier: Apache-2.0

/// The times at which requests are sent.
enum Arrivals: Sendable {
    /// A Poisson process of all clients together, for `seconds`; requests do not wait for each other.
    case open(perSecond: Double, seconds: Double)
    /// A constant number in flight, where each answer triggers the next request, until `requests` have been sent.
    case closed(inFlight: Int, requests: Int)
}
