// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport
import Synchronization

/// State that all endpoint records of one balancer share.
final class BalancerContext: Sendable {
    /// The source of time. An enumeration, so that the usual case is a direct call, not a call of a closure.
    enum Clock: Sendable {
        case system
        case manual(@Sendable () -> Moment)
    }

    private struct Owner {
        weak var balancer: LoadBalancer?
    }

    let ejection: EjectionRules?
    let decay: Decay
    /// The least latency that a failure counts as, in nanoseconds.
    let failurePenalty: Int64
    /// The seed of this client's random decisions.
    let seed: UInt64

    /// True if another snapshot is wanted or being built. Until it is published, picks check the admission of each
    /// endpoint that they choose (``EndpointCounters/admission``), because it may have been ejected.
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

    /// The present. The clock may stand still while the machine sleeps: that time says nothing about endpoints.
    @inline(__always)
    var now: Moment {
        switch clock {
        case .system: .nowAwake
        case .manual(let now): now()
        }
    }

    /// Returns a number in 0..<1, derived from the seed, the endpoint's identity and the time.
    func chance(_ identity: UInt64, _ now: Moment) -> Double {
        let mixed = StableHash.mix(identity ^ seed, UInt64(bitPattern: now.nanoseconds))
        return Double(mixed >> 11) * 0x1p-53
    }

    /// The usual latency in nanoseconds: the median of the endpoints' estimates when it was last computed. 0 before
    /// that.
    var median: Int64 {
        get { medianNanoseconds.load(ordering: .relaxed) }
        set { medianNanoseconds.store(newValue, ordering: .relaxed) }
    }

    /// Sets the balancer that receives verdicts.
    func setOwner(_ balancer: LoadBalancer) {
        owner.withLockedValue { $0.balancer = balancer }
    }

    /// Reports a verdict to the balancer, unless the balancer has been released: then no picks follow.
    func report(_ verdict: Ejection.Verdict, of record: EndpointRecord, at now: Moment) {
        let balancer = owner.withLockedValue { $0.balancer }
        balancer?.heed(verdict, of: record, at: now)
    }
}
