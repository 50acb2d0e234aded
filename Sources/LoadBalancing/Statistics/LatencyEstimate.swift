// SPDX-License-Identifier: Apache-2.0

/// What a request to an endpoint is expected to take: the peak-sensitive moving average that Finagle came up with, and
/// tower and linkerd have.
///
/// A latency above the estimate becomes the estimate at once, one below is approached with time: an endpoint that turns
/// slow is noticed at its first slow answer, and trusted again only little by little.
struct LatencyEstimate: Hashable, Sendable {
    /// As in Finagle, tower and linkerd.
    static var timeConstant: Int64 { 10_000_000_000 }

    private let decay: Decay
    /// Never negative, never NaN; negative while there is none.
    private var estimate: Double = -1
    private var stamp = Moment(nanoseconds: .min)

    init(decay: Decay = Decay(timeConstant: LatencyEstimate.timeConstant)) {
        self.decay = decay
    }

    var hasValue: Bool { estimate >= 0 }

    /// The estimate as of now, in nanoseconds. It falls while nothing is heard, without being written to, so that picking
    /// writes nothing.
    func value(at now: Moment) -> Int64? {
        hasValue ? Int64(estimate * factor(at: now)) : nil
    }

    /// Whether the estimate is compared with before or after it has fallen makes a difference only for a latency between
    /// the two. Before, as in Finagle: after, such a latency would leave less behind than a shorter one does.
    mutating func observe(_ nanoseconds: Int64, at now: Moment) {
        let latency = Self.bounded(nanoseconds)
        if latency >= estimate {
            estimate = latency
        } else {
            let left = factor(at: now)
            estimate = estimate * left + latency * (1 - left)
        }
        stamp = max(stamp, now)
    }

    /// Forgets what was, for a newcomer that starts at the median of its peers, or one that has proved to be well.
    mutating func reset(to nanoseconds: Int64?, at now: Moment) {
        estimate = nanoseconds.map(Self.bounded) ?? -1
        stamp = now
    }

    /// Within what can be turned back into an integer: the largest of them is rounded up to one that is too large.
    private static func bounded(_ nanoseconds: Int64) -> Double {
        Double(min(max(nanoseconds, 0), 1 << 62))
    }

    /// 1 when the clock has stood still or gone back.
    private func factor(at now: Moment) -> Double {
        decay.factor(after: now.nanoseconds(since: stamp).count)
    }
}
