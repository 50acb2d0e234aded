// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import Synchronization

/// What all records of a balancer have in common.
final class BalancerContext: Sendable {
    /// Where the time comes from. An enumeration, so that the usual case is a call and not a closure's.
    enum Clock: Sendable {
        case system
        case manual(@Sendable () -> Moment)
    }

    private struct Owner {
        weak var balancer: LoadBalancer?
    }

    let ejection: EjectionRules?
    let decay: Decay
    /// In nanoseconds.
    let failurePenalty: Int64
    /// What this client's chances come from.
    let seed: UInt64

    /// Whether another snapshot is wanted or being made. Until it is there, picks look at each endpoint that they choose
    /// (``LoadCell/admission``), because it may have been ejected.
    let isSnapshotOutdated = Atomic<Bool>(false)

    private let clock: Clock
    private let owner = NIOLockedValueBox(Owner())
    private let medianNanoseconds = Atomic<Int64>(0)

    init(ejection: EjectionPolicy?, latency: LoadBalancer.Configuration.Latency, seed: UInt64, clock: Clock) {
        self.ejection = ejection.map { EjectionRules($0) }
        failurePenalty = max(Nanoseconds(latency.failurePenalty).count, 0)
        decay = Decay(timeConstant: Nanoseconds(latency.timeConstant).count)
        self.seed = seed
        self.clock = clock
    }

    /// The time. That which goes by while the machine sleeps tells nothing of endpoints.
    @inline(__always)
    var now: Moment {
        switch clock {
        case .system: .nowAwake
        case .manual(let now): now()
        }
    }

    /// A number in 0..<1 that follows from the seed, from whom it is about, and when.
    func chance(_ identity: UInt64, _ now: Moment) -> Double {
        let mixed = StableHash.mix(identity ^ seed, UInt64(bitPattern: now.nanoseconds))
        return Double(mixed >> 11) * 0x1p-53
    }

    /// What latencies are like, in nanoseconds: the median of the endpoints' estimates when it was looked at last. 0 while
    /// there is none.
    var median: Int64 {
        get { medianNanoseconds.load(ordering: .relaxed) }
        set { medianNanoseconds.store(newValue, ordering: .relaxed) }
    }

    /// Who is told what happens to endpoints.
    func setOwner(_ balancer: LoadBalancer) {
        owner.withLockedValue { $0.balancer = balancer }
    }

    /// Tells the balancer, unless it is gone, in which case nobody picks any more.
    func report(_ verdict: Ejection.Verdict, of record: EndpointRecord, at now: Moment) {
        let balancer = owner.withLockedValue { $0.balancer }
        balancer?.heed(verdict, of: record, at: now)
    }
}
