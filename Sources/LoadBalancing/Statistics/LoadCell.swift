// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What picks read and write of an endpoint: numbers that many threads change at once, each by itself.
///
/// Two of them that belong together may be read from different moments. That costs a pick that would have gone elsewhere a
/// moment later; a lock would cost every pick.
struct LoadCell: ~Copyable, Sendable {
    /// What follows from an ejection for those who pick.
    enum Probation: UInt8 {
        /// Nothing.
        case none
        /// One request is to find out whether it is well again.
        case wanted
        /// That request is under way.
        case underWay
    }

    private let count = Atomic<Int>(0)
    /// How many of them nobody waits for, such as streams.
    private let excused = Atomic<Int>(0)
    private let peakBits = Atomic<UInt64>(0)
    private let restBits = Atomic<UInt64>(0)
    private let estimatedAt = Atomic<Int64>(0)
    /// When the last answer came, or the first of those who wait was sent; `never` while nobody waits.
    private let waitingSince = Atomic<Int64>(LoadCell.never)
    private let pickedAt = Atomic<Int64>(Moment.distantPast.nanoseconds)
    private let explorationInterval = Atomic<Int64>(.max)
    private let probation = Atomic<UInt8>(Probation.none.rawValue)
    private let lives = Atomic<UInt32>(0)

    private static let never = Int64.max

    // MARK: Leases

    /// How many leases are not finished.
    var outstanding: Int { count.load(ordering: .relaxed) }

    /// One more lease.
    func begin() {
        count.wrappingAdd(1, ordering: .relaxed)
    }

    /// One more lease of which the time counts.
    func begin(at now: Moment) {
        let others = count.wrappingAdd(1, ordering: .relaxed).oldValue
        pickedAt.store(now.nanoseconds, ordering: .relaxed)
        // The second condition: who saw the count fall to zero may be a moment late with saying that nobody waits.
        if others == 0 || waitingSince.load(ordering: .relaxed) == LoadCell.never {
            waitingSince.store(now.nanoseconds, ordering: .relaxed)
        }
    }

    /// One lease less.
    func end() {
        count.wrappingSubtract(1, ordering: .relaxed)
    }

    /// One lease less, of which the time counts.
    func end(at now: Moment) {
        let others = count.wrappingSubtract(1, ordering: .relaxed).newValue
        let isAwaited = others > excused.load(ordering: .relaxed)
        waitingSince.store(isAwaited ? now.nanoseconds : LoadCell.never, ordering: .relaxed)
    }

    /// One of the leases is for something that takes as long as it likes: it is no silence, and keeps nobody from finding out
    /// how the endpoint is. Otherwise, one that has a stream open and was slow once would never be tried again.
    func excuse() {
        let all = excused.wrappingAdd(1, ordering: .relaxed).newValue
        if outstanding <= all { waitingSince.store(LoadCell.never, ordering: .relaxed) }
    }

    /// Takes that back. To be called before the lease ends.
    func unexcuse() {
        excused.wrappingSubtract(1, ordering: .relaxed)
    }

    /// For how long somebody has waited without anybody being answered, in nanoseconds: what tells of a black hole before
    /// the first request has timed out (ServiceTalk and nginx do the same).
    func silence(at now: Moment) -> Double {
        let since = waitingSince.load(ordering: .relaxed)
        return since < now.nanoseconds ? Double(now.nanoseconds &- since) : 0
    }

    // MARK: Latency

    /// The estimate as it was when it was made, in nanoseconds; 0 for none.
    var storedEstimate: Double { Double(bitPattern: peakBits.load(ordering: .relaxed)) }

    /// The estimate as it is now, in nanoseconds; 0 for none.
    func estimate(at now: Moment, decay: Decay) -> Double {
        let age = now.nanoseconds(since: Moment(nanoseconds: estimatedAt.load(ordering: .relaxed))).count
        // Where requests are many, an estimate is always fresh.
        guard age >= decay.negligible else { return storedEstimate }
        let rest = Double(bitPattern: restBits.load(ordering: .relaxed))
        return LatencyEstimate.value(peak: storedEstimate, rest: rest, left: decay.factor(after: age))
    }

    /// Shows picks an estimate that was made now.
    func publish(_ estimate: LatencyEstimate, at now: Moment) {
        peakBits.store(Double(estimate.value(at: now) ?? 0).bitPattern, ordering: .relaxed)
        restBits.store(estimate.rest.bitPattern, ordering: .relaxed)
        estimatedAt.store(now.nanoseconds, ordering: .relaxed)
    }

    // MARK: Exploration

    /// Whether nobody has used it for so long that what is known of it may be wrong. Of whom nobody has ever used, nothing
    /// is known that could be.
    func wantsExploration(at now: Moment) -> Bool {
        let last = Moment(nanoseconds: pickedAt.load(ordering: .relaxed))
        guard outstanding <= excused.load(ordering: .relaxed), last != .distantPast else { return false }
        return now.nanoseconds(since: last).count > explorationInterval.load(ordering: .relaxed)
    }

    /// Shows picks how long it may be left alone, in nanoseconds.
    func publish(explorationInterval: Int64) {
        self.explorationInterval.store(explorationInterval, ordering: .relaxed)
    }

    // MARK: Probation

    /// Whether a pick may have it.
    var isUsable: Bool { probation.load(ordering: .relaxed) != Probation.underWay.rawValue }

    /// Whether one request is wanted that finds out how it is.
    var isOnProbation: Bool { probation.load(ordering: .relaxed) == Probation.wanted.rawValue }

    /// Shows picks whether it is on probation.
    func publish(_ probation: Probation) {
        self.probation.store(probation.rawValue, ordering: .relaxed)
    }

    /// In which life it is (``Ejection/life``). Leases note it: what began in an earlier one says nothing about this one.
    var life: UInt32 { lives.load(ordering: .relaxed) }

    /// Shows leases in which life it is.
    func publish(life: UInt32) {
        lives.store(life, ordering: .relaxed)
    }
}
