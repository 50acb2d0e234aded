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

    /// Applies a verdict about an endpoint.
    typealias VerdictHandler = @Sendable (Ejection.Verdict, _ record: EndpointRecord, _ now: Moment) -> Void

    let ejection: EjectionRules?
    let decay: Decay
    /// The least latency that a failure counts as, in nanoseconds.
    let failurePenalty: Int64
    /// The seed of this client's random decisions.
    let seed: UInt64
    /// True if leases are counted in a cell for each stripe of threads, because no pick reads their number.
    let spreadsLeases: Bool

    /// True if another snapshot is wanted or being built. Until it is published, picks check the admission of each
    /// endpoint that they choose (``EndpointCounters/admission``), because it may have been ejected.
    let isSnapshotOutdated = Atomic<Bool>(false)

    private let clock: Clock
    private let handler = NIOLockedValueBox<VerdictHandler?>(nil)
    private let medianNanoseconds = Atomic<Int64>(0)

    /// - Parameters:
    ///   - timeConstant: The time after which past latency has 1/e of the weight of present latency.
    ///   - failurePenalty: The least latency that a failure counts as.
    init(
        ejection: EjectionPolicy?,
        timeConstant: Duration,
        failurePenalty: Duration,
        seed: UInt64,
        spreadsLeases: Bool = false,
        clock: Clock
    ) {
        self.ejection = ejection.map { EjectionRules($0) }
        self.failurePenalty = max(Nanoseconds(failurePenalty).count, 0)
        decay = Decay(timeConstant: Nanoseconds(timeConstant).count)
        self.seed = seed
        self.spreadsLeases = spreadsLeases
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

    /// Sets the receiver of verdicts.
    func onVerdict(_ handle: @escaping VerdictHandler) {
        handler.withLockedValue { $0 = handle }
    }

    /// Reports a verdict to the receiver.
    func report(_ verdict: Ejection.Verdict, of record: EndpointRecord, at now: Moment) {
        let handle = handler.withLockedValue { $0 }
        handle?(verdict, record, now)
    }
}
