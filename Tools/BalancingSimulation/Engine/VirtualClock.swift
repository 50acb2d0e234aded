// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import Synchronization

/// Time that only the simulation moves. All balancers of a simulation read the same.
final class VirtualClock: Sendable {
    private let nanoseconds: Atomic<Int64>

    /// A simulation does not begin at the beginning of time: what a balancer keeps with a time of zero would be news then.
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
