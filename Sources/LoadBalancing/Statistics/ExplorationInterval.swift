// SPDX-License-Identifier: Apache-2.0

/// The time that an endpoint goes without a request, because it looks slow, before it gets one all the same.
///
/// An estimate that keeps requests away is never corrected by one: after a timeout of ten seconds it takes half a
/// minute to fall to the usual latency. So a request is risked now and then. Each client risks its own, which is why
/// the time doubles while the endpoint stays slow: with one every five seconds from each client, an endpoint that takes
/// seconds to answer would delay noticeably many requests.
struct ExplorationInterval: Hashable, Sendable {
    private var time = DoublingInterval(base: 5_000_000_000, most: 60_000_000_000)
    /// The time without a request, in nanoseconds. Drawn once for each interval: if it were drawn at each check, the
    /// shortest would win.
    private(set) var nanoseconds: Int64 = 0

    /// - Parameter chance: within 0..<1, as in all methods below.
    init(chance: Double) { draw(chance) }

    /// - Parameter isFast: true if it answered about as quickly as its peers do.
    mutating func succeeded(isFast: Bool, chance: Double) {
        if isFast { time.reset() } else { time.lengthen() }
        draw(chance)
    }

    mutating func failed(chance: Double) {
        time.lengthen()
        draw(chance)
    }

    /// Draws a length up to a fifth more or less, so that clients that began together do not stay in step.
    private mutating func draw(_ chance: Double) {
        nanoseconds = Int64(Double(time.length) * (0.8 + 0.4 * chance.clampedToUnit))
    }
}
