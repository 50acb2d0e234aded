// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// References to the current snapshot, one in each of several stripes, so that threads do not contend for a single one.
///
/// A reference that all threads share would have to be retained and released by each of them, and its count would be
/// contended: 140 ns for each of two threads. So there are several stripes with a reference of their own, and a flag
/// beside each says that a thread is using it. A thread takes the stripe that it always takes or, if another thread has
/// taken that at this moment, the next one: no thread ever waits for a thread that was interrupted in the middle of a
/// pick.
///
/// `@unchecked`: only the thread that has taken a stripe uses the stripe's `snapshot`, and each stripe owns one
/// reference to the object behind it.
final class SnapshotStripes: @unchecked Sendable {
    private struct Stripe: ~Copyable {
        let isTaken = Atomic<Bool>(false)
        var snapshot: Unmanaged<Snapshot>
        /// Keeps stripes apart: two of them in one cache line, or in two lines that are fetched together, would be
        /// contended like one.
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

    /// Picks in the simple case.
    @inline(__always)
    func drawSimply(_ key: HashKey?, _ context: BalancerContext) -> PickResult {
        let stripe = take(startingAt: ThreadStripe.current)
        let draw = stripe.pointee.snapshot._withUnsafeGuaranteedRef { $0.drawSimply(key, context) }
        stripe.pointee.isTaken.store(false, ordering: .releasing)
        return draw
    }

    /// A reference to the snapshot, for work that takes longer.
    ///
    /// The stripe is released by an exchange, and not by a store: LLVM's pass for Swift's reference counting moves a
    /// retain down past any store, even a releasing one (`LLVMARCOpts.cpp`, Swift 6.3), since a store releases no
    /// object. Once the stripe is free, another thread may release the snapshot; with a store here, optimized programs
    /// crashed within seconds under load. The pass moves no retain past an atomic read-modify-write. `make stress`
    /// shows it.
    var snapshot: Snapshot {
        let stripe = take(startingAt: ThreadStripe.current)
        defer { _ = stripe.pointee.isTaken.exchange(false, ordering: .acquiringAndReleasing) }
        return stripe.pointee.snapshot.takeUnretainedValue()
    }

    /// Publishes another snapshot to all threads. Only one thread at a time may call this.
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

    /// Takes the next free stripe. All are taken only if more threads than there are stripes were interrupted in the
    /// middle of a pick.
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

/// Publishes snapshots in the order of their inputs. Two threads may build a snapshot at the same time, and the one
/// that began first may finish last: its snapshot is older, and is dropped.
final class SnapshotPublisher: Sendable {
    private let stripes: SnapshotStripes
    private let newest = NIOLockedValueBox<UInt64>(0)

    init(_ stripes: SnapshotStripes) {
        self.stripes = stripes
    }

    /// - Parameter number: The number of the snapshot's input; after the greatest number no snapshot is published any
    ///   more.
    func publish(_ snapshot: Snapshot, number: UInt64) {
        let previous = newest.withLockedValue { newest -> Snapshot? in
            guard number > newest else { return nil }
            newest = number
            let previous = stripes.snapshot
            stripes.replace(with: snapshot)
            return previous
        }
        // The last reference may release a picker that is user code, which must not run with the lock held.
        withExtendedLifetime(previous) {}
    }
}
