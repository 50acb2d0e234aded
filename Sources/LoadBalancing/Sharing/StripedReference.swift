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

/// A reference to the newest version of an object, which many threads read and one at a time replaces.
///
/// A single reference would be retained and released by every reader, and its count would be contended. Here, eight
/// stripes hold one reference each, to the same object, and a flag beside it that says that a thread is using the
/// stripe. A thread takes the stripe that it always takes (``ThreadStripe``) or, if another thread has taken that at
/// the moment, the next one. So no reader waits for a thread that was interrupted in the middle of a read, and two
/// threads seldom write to the same cache line. ``publish(_:number:)`` takes one stripe after the other. It waits for
/// the reader of each, and a reader sees the old or the new version. What threads of one stripe share beside the version
/// is in its ``StripeState``, which the reader may change, because no other thread reads it meanwhile.
///
/// ``UncountedReference`` has the contract that makes this safe.
///
/// `@unchecked`: only the thread that has taken a stripe uses the stripe's `reference` and `state`, and each stripe owns
/// one reference to the object behind it.
final class StripedReference<Object: AnyObject & Sendable>: @unchecked Sendable {
    private struct Stripe: ~Copyable {
        /// First, because ThreadSanitizer takes the beginning of a stripe for the place of an access to this, and would see
        /// a race with the flag there.
        var state: StripeState
        var reference: UncountedReference<Object>
        let isTaken = Atomic<Bool>(false)
        /// Keeps stripes apart: two of them in one cache line, or in two lines that are fetched together, would be
        /// contended like one.
        private let padding = (SIMD8<UInt64>.zero, SIMD4<UInt64>.zero)

        init(_ object: Object, number: Int) {
            state = StripeState(number: number)
            reference = .owning(object)
        }
    }

    private let stripes: UnsafeMutablePointer<Stripe>
    /// The number of the published version. Its lock lets one publisher at a time replace references.
    private let newest = NIOLockedValueBox<UInt64>(0)

    /// Refers to a first version, with the number 0.
    init(_ object: Object) {
        stripes = .allocate(capacity: ThreadStripe.count)
        for index in 0..<ThreadStripe.count { (stripes + index).initialize(to: Stripe(object, number: index)) }
    }

    deinit {
        for index in 0..<ThreadStripe.count { stripes[index].reference.release() }
        stripes.deinitialize(count: ThreadStripe.count)
        stripes.deallocate()
    }

    /// Reads the object in a taken stripe, for work that takes moments. The body must not call code of users, and must
    /// not let a strong reference out (``UncountedReference``).
    @inline(__always)
    func read<Output>(_ body: (Object, inout StripeState) -> Output) -> Output {
        let stripe = take(startingAt: ThreadStripe.current)
        let output = stripe.pointee.reference.read { body($0, &stripe.pointee.state) }
        stripe.pointee.isTaken.store(false, ordering: .releasing)
        return output
    }

    /// A strong reference to the object, for work that takes longer.
    ///
    /// The stripe is freed by an exchange, and not by a store: LLVM's pass for Swift's reference counting moves a
    /// retain down past any store, even a releasing one (`LLVMARCOpts.cpp`, Swift 6.3), since a store releases no
    /// object. Once the stripe is free, a publisher may release the object; with a store here, optimized programs
    /// crashed within seconds under load. The pass moves no retain past an atomic read-modify-write. ``read(_:)`` frees
    /// with a store, because it retains nothing. `make stress` shows a fault in either.
    var current: Object {
        let stripe = take(startingAt: ThreadStripe.current)
        defer { _ = stripe.pointee.isTaken.exchange(false, ordering: .acquiringAndReleasing) }
        return stripe.pointee.reference.object
    }

    /// Publishes another version to all threads, unless a newer one was published before: two threads may make one each
    /// at the same time, and the thread that began first may finish last.
    ///
    /// - Parameter number: The number of the version. After the greatest number no version is published any more.
    func publish(_ object: Object, number: UInt64) {
        let previous = newest.withLockedValue { newest -> Object? in
            guard number > newest else { return nil }
            newest = number
            let previous = current
            replace(with: object)
            return previous
        }
        // The last reference may release a picker that is user code, which must not run with the lock held.
        withExtendedLifetime(previous) {}
    }

    private func replace(with object: Object) {
        for index in 0..<ThreadStripe.count {
            let stripe = stripes + index
            while !Self.tryTaking(stripe) { sched_yield() }
            let old = stripe.pointee.reference
            stripe.pointee.reference = .owning(object)
            stripe.pointee.state = StripeState(number: index)
            _ = stripe.pointee.isTaken.exchange(false, ordering: .acquiringAndReleasing)
            old.release()
        }
    }

    @inline(__always)
    private func take(startingAt first: Int) -> UnsafeMutablePointer<Stripe> {
        let stripe = stripes + first
        return Self.tryTaking(stripe) ? stripe : takeAnother(than: first)
    }

    /// Takes the next free stripe. All are taken only if more threads than there are stripes were interrupted in the
    /// middle of a read.
    @inline(never)
    private func takeAnother(than first: Int) -> UnsafeMutablePointer<Stripe> {
        var index = first
        while true {
            index = (index + 1) & (ThreadStripe.count - 1)
            if index == first { sched_yield() }
            if Self.tryTaking(stripes + index) { return stripes + index }
        }
    }

    @inline(__always)
    private static func tryTaking(_ stripe: UnsafeMutablePointer<Stripe>) -> Bool {
        !stripe.pointee.isTaken.exchange(true, ordering: .acquiring)
    }
}

/// The part of a stripe that belongs to its readers.
struct StripeState {
    /// The number of the stripe. It is not always that of the thread, which may have found its own stripe in use.
    let number: Int
    /// The turns that the stripe has taken in advance, among those of the version.
    var turns = TurnBlock()

    init(number: Int) {
        self.number = number
    }
}
