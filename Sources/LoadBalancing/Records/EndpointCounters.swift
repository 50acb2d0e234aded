// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Synchronization

/// Numbers of one endpoint that picks read and write. Many threads change them at once, each number by itself.
///
/// Two related numbers may be read from different moments. That costs a pick that would have gone elsewhere a moment
/// later; a lock would cost every pick.
struct EndpointCounters: ~Copyable, Sendable {
    let leases: LeaseCounts
    private let admitted = Atomic<UInt8>(Ejection.Admission.all.rawValue)
    private let lives = Atomic<UInt32>(0)
    /// The number of leases that no caller waits for, such as streams.
    private let excused = Atomic<Int>(0)
    private let peakBits = Atomic<UInt64>(0)
    private let restBits = Atomic<UInt64>(0)
    private let estimatedAt = Atomic<Int64>(0)
    /// The moment when the last answer came, or when the first of the waiting requests was sent; `never` while no
    /// request is waiting.
    private let waitingSince = Atomic<Int64>(EndpointCounters.never)
    private let pickedAt = Atomic<Int64>(Moment.distantPast.nanoseconds)
    private let explorationInterval = Atomic<Int64>(.max)

    private static let never = Int64.max

    /// - Parameter spreadsLeases: True to count leases in a cell for each stripe of threads. Then no time is measured.
    init(spreadsLeases: Bool) {
        leases = LeaseCounts(isSpread: spreadsLeases)
    }

    // MARK: Leases

    /// The number of leases that are not finished.
    @inline(__always)
    var outstanding: Int { leases.total }

    /// Counts one more lease with a measured time, from a snapshot that contains the record.
    @inline(__always)
    func begin(at now: Moment, in stripe: Int) {
        let others = leases.begin(in: stripe)
        pickedAt.store(now.nanoseconds, ordering: .relaxed)
        // Whatever leases that ended before have left here: no request has been waiting until now.
        if others == 0 || waitingSince.load(ordering: .relaxed) == EndpointCounters.never {
            waitingSince.store(now.nanoseconds, ordering: .relaxed)
        }
    }

    /// Notes that a lease with a measured time is about to end, with or without an answer.
    ///
    /// - Parameter isSign: True for a sign of life. The cancellation of a request is no sign of life.
    func conclude(at now: Moment, isSign: Bool) {
        let isAwaited = outstanding > excused.load(ordering: .relaxed) &+ 1
        if !isAwaited {
            waitingSince.store(EndpointCounters.never, ordering: .relaxed)
        } else if isSign {
            waitingSince.store(now.nanoseconds, ordering: .relaxed)
        }
    }

    /// Excludes one of the leases from waiting, because it may last any time: it does not count as silence, and keeps
    /// no other request from finding out how the endpoint is. Otherwise, an endpoint that has a stream open and was
    /// slow once would never be tried again.
    func excuse() {
        let all = excused.wrappingAdd(1, ordering: .relaxed).newValue
        if outstanding <= all { waitingSince.store(EndpointCounters.never, ordering: .relaxed) }
    }

    /// Reverts `excuse()`. To be called before the lease ends.
    func unexcuse() {
        excused.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Returns the time in nanoseconds for which requests have waited without any answer. It reveals a black hole
    /// before the first request has timed out (ServiceTalk and nginx do the same).
    func silence(at now: Moment) -> Double {
        let since = waitingSince.load(ordering: .relaxed)
        // Two leases that end at once may both note that the other one is waiting.
        guard since < now.nanoseconds, outstanding > excused.load(ordering: .relaxed) else { return 0 }
        return Double(now.nanoseconds(since: Moment(nanoseconds: since)).count)
    }

    // MARK: Latency

    /// The estimate as of its last change, in nanoseconds; 0 for no estimate.
    var storedEstimate: Double { Double(bitPattern: peakBits.load(ordering: .relaxed)) }

    /// Returns the estimate as of now, in nanoseconds; 0 for no estimate.
    func estimate(at now: Moment, decay: Decay) -> Double {
        let age = now.nanoseconds(since: Moment(nanoseconds: estimatedAt.load(ordering: .relaxed))).count
        // Where requests are many, an estimate is always fresh.
        guard age >= decay.negligible else { return storedEstimate }
        let rest = Double(bitPattern: restBits.load(ordering: .relaxed))
        return LatencyEstimate.value(peak: storedEstimate, rest: rest, left: decay.factor(after: age))
    }

    /// Publishes an estimate to picks.
    func publish(_ estimate: LatencyEstimate) {
        peakBits.store(max(estimate.peak, 0).bitPattern, ordering: .relaxed)
        restBits.store(estimate.rest.bitPattern, ordering: .relaxed)
        estimatedAt.store(estimate.stamp.nanoseconds, ordering: .relaxed)
    }

    // MARK: Exploration

    /// True if the endpoint has been unused for so long that its estimate may be wrong. An endpoint that was never used
    /// has no estimate that could be.
    func wantsExploration(at now: Moment) -> Bool {
        let last = Moment(nanoseconds: pickedAt.load(ordering: .relaxed))
        guard outstanding <= excused.load(ordering: .relaxed), last != .distantPast else { return false }
        return now.nanoseconds(since: last).count > explorationInterval.load(ordering: .relaxed)
    }

    /// Publishes to picks the longest time without a request, in nanoseconds.
    func publish(explorationInterval: Int64) {
        self.explorationInterval.store(explorationInterval, ordering: .relaxed)
    }

    // MARK: Ejection

    /// The requests that the endpoint may get. Picks obey it, whatever input their snapshot was built from.
    var admission: Ejection.Admission { Ejection.Admission(rawValue: admitted.load(ordering: .relaxed)) ?? .all }

    /// True if a pick may choose the endpoint.
    var isUsable: Bool { admitted.load(ordering: .relaxed) <= Ejection.Admission.probe.rawValue }

    /// True if the endpoint needs one request that shows whether it has recovered.
    var isOnProbation: Bool { admitted.load(ordering: .relaxed) == Ejection.Admission.probe.rawValue }

    /// Publishes the admission to picks.
    func publish(_ admission: Ejection.Admission) {
        admitted.store(admission.rawValue, ordering: .relaxed)
    }

    /// The current life of the endpoint (``Ejection/life``). Leases note it: a request that began in an earlier life
    /// says nothing about this one.
    var life: UInt32 { lives.load(ordering: .relaxed) }

    /// Publishes the current life to leases.
    func publish(life: UInt32) {
        lives.store(life, ordering: .relaxed)
    }
}
