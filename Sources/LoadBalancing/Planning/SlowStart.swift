// SPDX-License-Identifier: Apache-2.0

package import ResolverSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A gradual start for endpoints that join late: caches have to fill, code has to be compiled, pools of connections
/// have to grow.
///
/// For the time of the window, an endpoint's weight is multiplied by
///
///     max(minimumShare, (t / window)^(1 / aggression))
///
/// where `t` is the time since it was listed (Envoy's formula): for the first time, again after an absence however
/// short, or as healthy again. Endpoints that have been there since the client began are not slowed down. Nor are
/// endpoints without a weight: when all have a weight of 0, all get the same.
public struct SlowStart: Hashable, Sendable {
    let window: Duration
    let minimumShare: Double
    let aggression: Double

    /// Creates a slow start.
    ///
    /// - Parameters:
    ///   - window: The length of the slow start. Zero turns it off.
    ///   - minimumShare: The least part of its share that an endpoint gets, 0 to 1.
    ///   - aggression: The growth of the share at the beginning: even with 1, faster with larger values.
    public init(window: Duration, minimumShare: Double = 0.1, aggression: Double = 1) {
        self.window = max(.zero, window)
        self.minimumShare = minimumShare.bounded(by: 0...1, orIfNaN: 0.1)
        self.aggression = aggression.bounded(by: 0.01...100, orIfNaN: 1)
    }

    /// True if an endpoint is still slowed down, also if it will join only later (the clock was set back).
    func isUnderWay(joinedAt: Moment?, at now: Moment) -> Bool {
        guard let joinedAt else { return false }
        return now.nanoseconds(since: joinedAt).count < Nanoseconds(window).count
    }

    /// Returns the factor of an endpoint's weight; 1 when the endpoint is no longer slowed down.
    package func factor(joinedAt: Moment?, at now: Moment) -> Double {
        guard let joinedAt, isUnderWay(joinedAt: joinedAt, at: now) else { return 1 }
        let passed = Double(now.nanoseconds(since: joinedAt).count) / Double(Nanoseconds(window).count)
        return max(minimumShare, aggression == 1 ? passed : pow(passed, 1 / aggression))
    }

    /// Returns the moment when the factor has to be computed again: ten times in a window.
    ///
    /// The steps are counted from now and not from the moment when the endpoint joined: however many endpoints join one
    /// after another, as in a rolling deployment, plans are made at most every tenth of a window for it. The price is
    /// that the last step, from nine tenths to all, comes up to a tenth late.
    package func nextChange(joinedAt: Moment?, at now: Moment) -> Moment? {
        isUnderWay(joinedAt: joinedAt, at: now) ? now + max(window / 10, .milliseconds(1)) : nil
    }
}
