// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Endpoints that join late get their share little by little: caches have to fill, code has to be compiled, pools of
/// connections have to grow.
///
/// For the time of the window, an endpoint's weight is multiplied by
///
///     max(minimumShare, (t / window)^(1 / aggression))
///
/// where `t` is the time since it was listed (Envoy's formula): for the first time, again after an absence however short, or
/// as healthy again. Endpoints that have been there since the client began are not slowed down. Nor is what has no weight
/// anyway: when all have a weight of 0, all get the same.
public struct SlowStart: Hashable, Sendable {
    /// For how long. Zero for no slow start at all.
    public let window: Duration

    /// The least part of its share that an endpoint gets, 0 to 1. 0.1 unless given otherwise.
    public let minimumShare: Double

    /// How fast the share grows at the beginning: evenly with 1, which it is unless given otherwise, faster with more.
    public let aggression: Double

    /// A slow start.
    public init(window: Duration, minimumShare: Double = 0.1, aggression: Double = 1) {
        self.window = max(.zero, window)
        self.minimumShare = minimumShare.bounded(by: 0...1, orIfNaN: 0.1)
        self.aggression = aggression.bounded(by: 0.01...100, orIfNaN: 1)
    }

    /// Whether an endpoint is still slowed down. One that will join only later (the clock was set back) is, too.
    func isUnderWay(joinedAt: Moment?, at now: Moment) -> Bool {
        guard let joinedAt else { return false }
        return now.nanoseconds(since: joinedAt).count < Nanoseconds(window).count
    }

    /// What an endpoint's weight is multiplied by; 1 when it is slowed down no more.
    package func factor(joinedAt: Moment?, at now: Moment) -> Double {
        guard let joinedAt, isUnderWay(joinedAt: joinedAt, at: now) else { return 1 }
        let passed = Double(now.nanoseconds(since: joinedAt).count) / Double(Nanoseconds(window).count)
        return max(minimumShare, aggression == 1 ? passed : pow(passed, 1 / aggression))
    }

    /// When the factor is to be looked at again: ten times in a window.
    ///
    /// The steps are counted from now and not from the moment when the endpoint joined: however many join one after
    /// another, as in a rolling deployment, plans are made at most every tenth of a window for it. The price is that
    /// the last step, from nine tenths to all, comes up to a tenth late.
    package func nextChange(joinedAt: Moment?, at now: Moment) -> Moment? {
        isUnderWay(joinedAt: joinedAt, at: now) ? now + max(window / 10, .milliseconds(1)) : nil
    }
}
