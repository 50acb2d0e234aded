// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Compares two candidates by how long a request is likely to take.
final class AdaptivePicker: BuiltInPicker {
    private let choices: TwoChoices
    private let context: BalancerContext
    private let margin: Double
    /// When the median is to be looked at again.
    private let medianDue = Atomic<Int64>(.min)

    /// An estimate above so many times the median is no worse than one at it: what is slow is avoided anyway, and has to be
    /// found again when it no longer is.
    private static let cap = 100.0
    /// Below a microsecond nothing is told apart. It also stands for "nobody knows": then the number of requests decides.
    private static let floor = 1_000.0
    /// How often the median is looked at, in nanoseconds.
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

    /// Whether nobody knows how it is any more, and somebody should find out. That is for whose turn it is: before its turn,
    /// an endpoint of little weight would get as many requests as one of much, wherever there are few.
    @inline(__always)
    private func isUnexplored(_ index: Int, at now: Moment) -> Bool {
        choices.withRecord(index) { $0.load.wantsExploration(at: now) }
    }

    /// Who has never answered is taken for one like the others.
    @inline(__always)
    private func cost(_ index: Int, at now: Moment, _ median: Double) -> Double {
        let time = choices.withRecord(index) { record in
            let estimate = record.load.estimate(at: now, decay: context.decay)
            let known = max(estimate > 0 ? estimate : median, record.load.silence(at: now))
            return max(median > 0 ? min(known, median * AdaptivePicker.cap) : known, AdaptivePicker.floor)
        }
        return time * (1 + choices.outstanding(index))
    }

    /// By one thread, once a second at most; the others go on with what there was.
    @inline(never)
    private func updateMedian(at now: Moment) {
        let due = medianDue.load(ordering: .relaxed)
        let next = (now + .nanoseconds(AdaptivePicker.medianInterval)).nanoseconds
        guard due <= now.nanoseconds,
            medianDue.compareExchange(expected: due, desired: next, ordering: .relaxed).exchanged
        else { return }
        let median = MedianEstimate.of(count: choices.count) { index in
            let estimate = choices.withRecord(index) { $0.load.estimate(at: now, decay: context.decay) }
            return estimate >= 1 ? Int64(estimate) : nil
        }
        if let median { context.median = median }
    }
}
