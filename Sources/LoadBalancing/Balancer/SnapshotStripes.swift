// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where picks find the snapshot of the moment.
///
/// A reference that all threads share would have to be counted up and down by each of them, and its counter would be what
/// they meet at: 140 ns for each of two threads. So there are several places with a reference of their own, and a flag
/// beside each says that somebody looks at it. A thread takes the place that it always takes or, if another one is there
/// at this moment, the next: nobody ever waits for a thread that was interrupted in the middle of a pick.
///
/// `@unchecked`: what `snapshot` of a stripe refers to is only touched by who has taken the stripe, and each stripe owns one
/// reference to it.
final class SnapshotStripes: @unchecked Sendable {
    private struct Stripe: ~Copyable {
        let isTaken = Atomic<Bool>(false)
        var snapshot: Unmanaged<Snapshot>
        /// Two stripes in one line of the cache, or in two that are fetched together, would be one again.
        private let padding = (SIMD8<UInt64>.zero, SIMD4<UInt64>.zero, SIMD2<UInt64>.zero)

        init(_ snapshot: Unmanaged<Snapshot>) {
            self.snapshot = snapshot
        }
    }

    private let stripes: UnsafeMutablePointer<Stripe>

    init(_ snapshot: Snapshot) {
        stripes = .allocate(capacity: ThreadStripe.count)
        for index in 0..<ThreadStripe.count {
            (stripes + index).initialize(to: Stripe(.passRetained(snapshot)))
        }
    }

    deinit {
        for index in 0..<ThreadStripe.count { stripes[index].snapshot.release() }
        stripes.deinitialize(count: ThreadStripe.count)
        stripes.deallocate()
    }

    /// Picks, if that is a simple matter.
    @inline(__always)
    func drawSimply(_ key: HashKey?, _ context: BalancerContext) -> Draw {
        let stripe = take(startingAt: ThreadStripe.current)
        let draw = stripe.pointee.snapshot._withUnsafeGuaranteedRef { $0.drawSimply(key, context) }
        stripe.pointee.isTaken.store(false, ordering: .releasing)
        return draw
    }

    /// A reference to the snapshot, for what takes longer.
    ///
    /// The stripe is given back by an exchange, and not by a store: LLVM's pass for Swift's reference counting moves a retain
    /// down past any store, a releasing one included (`LLVMARCOpts.cpp`, Swift 6.3), since a store releases no object. Behind
    /// this one another thread may do just that; with a store here, optimised programs crashed within seconds under load.
    /// Past an atomic read-modify-write nothing is moved. `make stress` shows it.
    var snapshot: Snapshot {
        let stripe = take(startingAt: ThreadStripe.current)
        defer { _ = stripe.pointee.isTaken.exchange(false, ordering: .acquiringAndReleasing) }
        return stripe.pointee.snapshot.takeUnretainedValue()
    }

    /// Shows everybody another snapshot. One thread at a time may do that.
    func replace(with snapshot: Snapshot) {
        for index in 0..<ThreadStripe.count {
            let stripe = stripes + index
            while !SnapshotStripes.tryTaking(stripe) { sched_yield() }
            let old = stripe.pointee.snapshot
            stripe.pointee.snapshot = .passRetained(snapshot)
            _ = stripe.pointee.isTaken.exchange(false, ordering: .acquiringAndReleasing)
            old.release()
        }
    }

    @inline(__always)
    private func take(startingAt first: Int) -> UnsafeMutablePointer<Stripe> {
        let stripe = stripes + first
        return SnapshotStripes.tryTaking(stripe) ? stripe : takeAnother(than: first)
    }

    /// All are taken only if more threads than there are stripes were interrupted in the middle of a pick.
    @inline(never)
    private func takeAnother(than first: Int) -> UnsafeMutablePointer<Stripe> {
        var index = first
        while true {
            index = (index + 1) & (ThreadStripe.count - 1)
            if index == first { sched_yield() }
            if SnapshotStripes.tryTaking(stripes + index) { return stripes + index }
        }
    }

    @inline(__always)
    private static func tryTaking(_ stripe: UnsafeMutablePointer<Stripe>) -> Bool {
        !stripe.pointee.isTaken.exchange(true, ordering: .acquiring)
    }
}
