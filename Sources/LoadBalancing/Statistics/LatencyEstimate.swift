// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The time that a request to an endpoint is expected to take: the peak-sensitive moving average of Finagle, which
/// tower and linkerd use as well.
///
/// A latency above the estimate becomes the estimate at once, one below is approached with time: an endpoint that turns
/// slow is noticed at its first slow answer, and trusted again only little by little.
struct LatencyEstimate: Hashable, Sendable {
    /// 10 seconds in nanoseconds, as in Finagle, tower and linkerd.
    static var timeConstant: Int64 { 10_000_000_000 }

    private let decay: Decay
    /// The estimate in nanoseconds as of `stamp`; negative while there is no estimate. Never NaN.
    private(set) var peak: Double = -1
    /// The latency of the last answer; 0 before the first one.
    private(set) var rest: Double = 0
    /// The moment of the last change.
    private(set) var stamp = Moment(nanoseconds: .min)

    init(decay: Decay = Decay(timeConstant: LatencyEstimate.timeConstant)) {
        self.decay = decay
    }

    var hasValue: Bool { peak >= 0 }

    /// Returns the estimate as of now, in nanoseconds. Without new observations it falls to the latency of the last
    /// answer. The fall is computed and not stored, so that picking writes no memory.
    ///
    /// Finagle's estimate falls to zero, this one does not: where requests are few, an endpoint without requests for
    /// some seconds would look better than one that has just answered, and get requests for that alone. Of two
    /// endpoints with weights of 99 and 1 and a request a second, the lesser one got 13 % instead of 1 %. Requests that
    /// find out the latency anew are the task of exploration.
    func value(at now: Moment) -> Int64? {
        guard hasValue else { return nil }
        return Int64(LatencyEstimate.value(peak: peak, rest: rest, left: factor(at: now)))
    }

    /// Returns an estimate that has fallen from `peak` toward `rest`.
    ///
    /// - Parameter left: The part of the difference that is left, 0 to 1.
    static func value(peak: Double, rest: Double, left: Double) -> Double {
        peak > rest ? rest + (peak - rest) * left : peak
    }

    /// Adds an observation.
    ///
    /// A comparison with the estimate before or after its fall makes a difference only for a latency between the two.
    /// It is compared before, as in Finagle: otherwise such a latency would leave a lower estimate behind than a
    /// shorter one does.
    ///
    /// - Parameter isAnswer: True if an answer took that long. The price of a failure, or the time of a wait in vain,
    ///   is no measure of how long answers take.
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

    /// Replaces the estimate, for a newcomer that starts at the median of its peers, or for an endpoint that has proved
    /// to be well.
    mutating func reset(to nanoseconds: Int64?, at now: Moment) {
        peak = nanoseconds.map(Self.bounded) ?? -1
        rest = max(peak, 0)
        stamp = now
    }

    /// Returns a latency that can be turned back into an integer: as a floating-point number, the largest integer is
    /// rounded up to one that is too large.
    private static func bounded(_ nanoseconds: Int64) -> Double {
        Double(min(max(nanoseconds, 0), 1 << 62))
    }

    /// Returns the part of the difference that is left; 1 when the clock has stood still or gone back.
    private func factor(at now: Moment) -> Double {
        decay.factor(after: now.nanoseconds(since: stamp).count)
    }
}
