// SPDX-License-Identifier: Apache-2.0

/// How long an endpoint that looks slow goes without a request before it gets one all the same.
///
/// An estimate that keeps requests away is never corrected by one: after a timeout of ten seconds it takes half a minute
/// until it has fallen to what is usual. So a request is risked now and then. Each client risks its own, which is why the
/// time doubles while nothing has changed: asked every five seconds, an endpoint that takes seconds to answer would hurt
/// noticeably many.
struct ExplorationInterval: Hashable, Sendable {
    private var time = DoublingInterval(base: 5_000_000_000, most: 60_000_000_000)
    /// The time without a request, in nanoseconds. Drawn once for each: drawn at every look, the shortest would win.
    private(set) var nanoseconds: Int64 = 0

    /// - Parameter chance: within 0..<1, as everywhere below.
    init(chance: Double) { draw(chance) }

    /// - Parameter isFast: whether it answered about as quickly as its peers do.
    mutating func succeeded(isFast: Bool, chance: Double) {
        if isFast { time.reset() } else { time.lengthen() }
        draw(chance)
    }

    mutating func failed(chance: Double) {
        time.lengthen()
        draw(chance)
    }

    /// A fifth more or less, so that clients that began together do not stay together.
    private mutating func draw(_ chance: Double) {
        nanoseconds = Int64(Double(time.length) * (0.8 + 0.4 * chance.clampedToUnit))
    }
}
