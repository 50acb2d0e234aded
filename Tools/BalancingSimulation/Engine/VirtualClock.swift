// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import ResolverSupport
import Synchronization

/// A clock that only the simulation advances, shared by all balancers of a simulation.
final class VirtualClock: Sendable {
    private let nanoseconds: Atomic<Int64>

    /// The start of a simulation, which is not zero: a timestamp of zero that a balancer keeps would look recent then.
    static let start: Int64 = 1_000_000_000_000

    init() {
        nanoseconds = Atomic(VirtualClock.start)
    }

    var now: Moment { Moment(nanoseconds: nanoseconds.load(ordering: .relaxed)) }

    /// - Parameter time: Nanoseconds since the start.
    func move(to time: Int64) {
        nanoseconds.store(VirtualClock.start &+ time, ordering: .relaxed)
    }
}
