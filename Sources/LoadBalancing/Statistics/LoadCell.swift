// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What picks read and write of an endpoint: numbers that many threads change at once, each by itself.
///
/// Two of them that belong together may be read from different moments. That costs a pick that would have gone elsewhere a
/// moment later; a lock would cost every pick.
struct LoadCell: ~Copyable, Sendable {
    /// Which requests an endpoint may get, as far as ejection is concerned (``Ejection``).
    enum Admission: UInt8 {
        /// All.
        case all
        /// One that finds out whether it is well again.
        case probe
        /// None besides that one, which is under way.
        case probeUnderWay
        /// None.
        case ejected
    }

    /// Leases, and snapshots in units of ``snapshot``. Who is counted keeps the record alive.
    private let count = Atomic<UInt64>(0)
    // These two are read at every pick, so they lie beside the count.
    private let admitted = Atomic<UInt8>(Admission.all.rawValue)
    private let lives = Atomic<UInt32>(0)
    /// How many of them nobody waits for, such as streams.
    private let excused = Atomic<Int>(0)
    private let peakBits = Atomic<UInt64>(0)
    private let restBits = Atomic<UInt64>(0)
    private let estimatedAt = Atomic<Int64>(0)
    /// When the last answer came, or the first of those who wait was sent; `never` while nobody waits.
    private let waitingSince = Atomic<Int64>(LoadCell.never)
    private let pickedAt = Atomic<Int64>(Moment.distantPast.nanoseconds)
    private let explorationInterval = Atomic<Int64>(.max)

    private static let never = Int64.max

    // MARK: Leases

    private static let snapshot: UInt64 = 1 << 32

    /// How many leases are not finished.
    @inline(__always)
    var outstanding: Int { Int(truncatingIfNeeded: count.load(ordering: .relaxed) & (LoadCell.snapshot - 1)) }

    /// One more snapshot has it.
    ///
    /// - Returns: Whether it is the first who has it.
    func join() -> Bool {
        count.wrappingAdd(LoadCell.snapshot, ordering: .relaxed).oldValue == 0
    }

    /// One snapshot less has it.
    ///
    /// - Returns: Whether nobody has it any more. Then nothing here may be touched by this thread but by who is told.
    func leave() -> Bool {
        count.wrappingSubtract(LoadCell.snapshot, ordering: .acquiringAndReleasing).newValue == 0
    }

    /// One more lease, from a snapshot that has it.
    @inline(__always)
    func begin() {
        count.wrappingAdd(1, ordering: .relaxed)
    }

    /// One more lease of which the time counts, from a snapshot that has it.
    @inline(__always)
    func begin(at now: Moment) {
        let others = count.wrappingAdd(1, ordering: .relaxed).oldValue & (LoadCell.snapshot - 1)
        pickedAt.store(now.nanoseconds, ordering: .relaxed)
        // Whatever those who ended before have left here: nobody has been waiting until now.
        if others == 0 || waitingSince.load(ordering: .relaxed) == LoadCell.never {
            waitingSince.store(now.nanoseconds, ordering: .relaxed)
        }
    }

    /// One lease less.
    ///
    /// - Returns: As for ``leave()``.
    @inline(__always)
    func end() -> Bool {
        count.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0
    }

    /// A lease of which the time counts is about to end, with an answer or because there was none.
    ///
    /// - Parameter isSign: Whether that is a sign of life. Who gave up by himself has heard none.
    func conclude(at now: Moment, isSign: Bool) {
        let isAwaited = outstanding > excused.load(ordering: .relaxed) &+ 1
        if !isAwaited {
            waitingSince.store(LoadCell.never, ordering: .relaxed)
        } else if isSign {
            waitingSince.store(now.nanoseconds, ordering: .relaxed)
        }
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
        // Two that end at once may both leave word that the other one is waiting.
        guard since < now.nanoseconds, outstanding > excused.load(ordering: .relaxed) else { return 0 }
        return Double(now.nanoseconds(since: Moment(nanoseconds: since)).count)
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

    /// Shows picks an estimate.
    func publish(_ estimate: LatencyEstimate) {
        peakBits.store(max(estimate.peak, 0).bitPattern, ordering: .relaxed)
        restBits.store(estimate.rest.bitPattern, ordering: .relaxed)
        estimatedAt.store(estimate.stamp.nanoseconds, ordering: .relaxed)
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

    // MARK: Ejection

    /// Which requests it may get. Picks go by it, whatever the snapshot that they pick from was made from.
    var admission: Admission { Admission(rawValue: admitted.load(ordering: .relaxed)) ?? .all }

    /// Whether a pick may have it.
    var isUsable: Bool { admitted.load(ordering: .relaxed) <= Admission.probe.rawValue }

    /// Whether one request is wanted that finds out how it is.
    var isOnProbation: Bool { admitted.load(ordering: .relaxed) == Admission.probe.rawValue }

    /// Shows picks which requests it may get.
    func publish(_ admission: Admission) {
        admitted.store(admission.rawValue, ordering: .relaxed)
    }

    /// In which life it is (``Ejection/life``). Leases note it: what began in an earlier one says nothing about this one.
    var life: UInt32 { lives.load(ordering: .relaxed) }

    /// Shows leases in which life it is.
    func publish(life: UInt32) {
        lives.store(life, ordering: .relaxed)
    }
}
