// SPDX-License-Identifier: Apache-2.0

/// When requests are sent.
enum Arrivals: Sendable {
    /// A Poisson process of all clients together, for so many seconds: nobody waits for anybody.
    case open(perSecond: Double, seconds: Double)
    /// So many at any time, each followed by the next as soon as it is answered, until so many have been sent.
    case closed(inFlight: Int, requests: Int)
}
