// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Synchronization

extension BalancingPolicy where Self == BuiltInPolicy {
    /// A policy that prefers, of two endpoints, the one that is likely to answer sooner, by the recent latency there
    /// and the number of requests under way. The default.
    ///
    /// - One of the two is next in turn, and it is picked unless the other is clearly better. As long as no outcomes are
    ///   reported, or all endpoints are alike, picks take turns by weight.
    /// - A failure counts as a long time, so that an endpoint that fails at once does not seem quick.
    /// - The time that a request has been waiting already counts, too, so that an endpoint that never answers is noticed
    ///   before the first request has timed out.
    /// - An endpoint that had no requests for long is tried again, now and then, and judged anew.
    public static var adaptive: BuiltInPolicy { adaptive(hysteresis: 1) }

    /// The same policy with another margin.
    ///
    /// - Parameter hysteresis: The margin by which the other endpoint has to be better: 1 stands for twice as good. With
    ///   0.5, slow endpoints are used less and equal ones less evenly.
    package static func adaptive(hysteresis: Double) -> BuiltInPolicy {
        BuiltInPolicy("adaptive", measuresLatency: true) {
            AdaptivePicker($0, hysteresis: hysteresis.isFinite ? max(hysteresis, 0) : 1)
        }
    }
}

/// A picker that compares two candidates by how long a request is likely to take.
private final class AdaptivePicker: BuiltInPicker {
    private let choices: TwoChoices
    private let context: BalancerContext
    private let margin: Double
    /// The moment of the next update of the median.
    private let medianDue = Atomic<Int64>(.min)

    /// The largest useful estimate, as a multiple of the median: a slow endpoint is avoided anyway, and has to be found
    /// again when it is no longer slow.
    private static let cap = 100.0
    /// Times below a microsecond count as equal. This one also stands for "unknown": then the number of requests
    /// decides.
    private static let floor = 1_000.0
    /// The time between updates of the median, in nanoseconds.
    private static let medianInterval: Int64 = 1_000_000_000

    init(_ candidates: [Candidate], hysteresis: Double) {
        choices = TwoChoices(candidates)
        context = candidates[0].record.context
        margin = 1 + hysteresis
    }

    func pick(for request: borrowing PickRequest) -> Int {
        let first = choices.first(request)
        let now = request.now
        if now.nanoseconds >= medianDue.load(ordering: .relaxed) { updateMedian(at: now) }
        guard let second = choices.second(request, otherThan: first) else { return first }
        if choices.isOnProbation(first) { return first }
        if choices.isOnProbation(second) { return second }
        if isUnexplored(first, at: now) { return first }
        let median = Double(context.median)
        let isBetter = cost(second, at: now, median) * margin < cost(first, at: now, median)
        return isBetter ? second : first
    }

    /// True if the endpoint's latency is no longer known, and a request should find it out. Only the endpoint that is
    /// next in turn may be explored: before its turn, an endpoint of little weight would get as many requests as one of
    /// much, wherever requests are few.
    @inline(__always)
    private func isUnexplored(_ index: Int, at now: Moment) -> Bool {
        choices.withRecord(index) { $0.counters.wantsExploration(at: now) }
    }

    /// Returns the expected time. An endpoint that has never answered counts as one like the others.
    @inline(__always)
    private func cost(_ index: Int, at now: Moment, _ median: Double) -> Double {
        let time = choices.withRecord(index) { record in
            let estimate = record.counters.estimate(at: now, decay: context.decay)
            let known = max(estimate > 0 ? estimate : median, record.counters.silence(at: now))
            return max(median > 0 ? min(known, median * AdaptivePicker.cap) : known, AdaptivePicker.floor)
        }
        return time * (1 + choices.outstanding(index))
    }

    /// Updates the median, in one thread, once a second at most; the other threads use the previous one meanwhile.
    @inline(never)
    private func updateMedian(at now: Moment) {
        let due = medianDue.load(ordering: .relaxed)
        let next = (now + .nanoseconds(AdaptivePicker.medianInterval)).nanoseconds
        guard due <= now.nanoseconds,
            medianDue.compareExchange(expected: due, desired: next, ordering: .relaxed).exchanged
        else { return }
        let median = MedianEstimate.of(count: choices.count) { index in
            let estimate = choices.withRecord(index) { $0.counters.estimate(at: now, decay: context.decay) }
            return estimate >= 1 ? Int64(estimate) : nil
        }
        if let median { context.median = median }
    }
}
