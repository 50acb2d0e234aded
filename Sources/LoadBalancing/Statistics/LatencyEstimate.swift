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
    private(set) var peak: Double = -1
    /// What the last answer took; 0 while there was none.
    private(set) var rest: Double = 0
    /// When it was made.
    private(set) var stamp = Moment(nanoseconds: .min)

    init(decay: Decay = Decay(timeConstant: LatencyEstimate.timeConstant)) {
        self.decay = decay
    }

    var hasValue: Bool { peak >= 0 }

    /// The estimate as of now, in nanoseconds. While nothing is heard it falls to what the last answer took, without being
    /// written to, so that picking writes nothing.
    ///
    /// Not to nothing, as in Finagle: where requests are few, an endpoint that has not been asked for some seconds would look
    /// better than one that has just answered, and get requests for that alone. Of two endpoints with weights of 99 and 1
    /// and a request a second, the lesser one got 13 % instead of 1 %. What is to be found out anew is for exploration.
    func value(at now: Moment) -> Int64? {
        guard hasValue else { return nil }
        return Int64(LatencyEstimate.value(peak: peak, rest: rest, left: factor(at: now)))
    }

    /// - Parameter left: What is left of the difference, 0 to 1.
    static func value(peak: Double, rest: Double, left: Double) -> Double {
        peak > rest ? rest + (peak - rest) * left : peak
    }

    /// Whether the estimate is compared with before or after it has fallen makes a difference only for a latency between
    /// the two. Before, as in Finagle: after, such a latency would leave less behind than a shorter one does.
    ///
    /// - Parameter isAnswer: Whether an answer took that long. What a failure is taken for, or how long somebody waited in
    ///   vain, says nothing of how long answers take.
    mutating func observe(_ nanoseconds: Int64, at now: Moment, isAnswer: Bool = true) {
        let latency = Self.bounded(nanoseconds)
        if latency >= peak {
            peak = latency
        } else {
            let left = factor(at: now)
            peak = peak * left + latency * (1 - left)
        }
        if isAnswer { rest = latency }
        stamp = max(stamp, now)
    }

    /// Forgets what was, for a newcomer that starts at the median of its peers, or one that has proved to be well.
    mutating func reset(to nanoseconds: Int64?, at now: Moment) {
        peak = nanoseconds.map(Self.bounded) ?? -1
        rest = max(peak, 0)
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
