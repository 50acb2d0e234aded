// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import ResolutionModel
import ResolverSupport
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Per-thread copies of recent answers, so that an answer from memory writes to nothing that other threads write to.
///
/// A lock that threads share costs a system call each time that two of them meet, and a reference count that they share
/// costs the transfer of its cache line, twice. So each thread has, more or less, a stripe of copies of its own, and a
/// copy that is used much has an array of endpoints of its own. A copy is returned as long as its entry has not changed
/// and no fetch is due; all other lookups go to the cache.
///
/// A flag says that a thread uses the stripe. A thread that finds its stripe in use, because it shares it with a thread
/// that was interrupted, takes the next one, and goes to the cache if all are in use. So no lookup waits.
///
/// A name has one place in each stripe. Names with the same place replace each other there, and are found in the cache.
/// There is no chain that chosen names could make long, so the place needs no seeded hash, which takes three times as
/// long.
///
/// `@unchecked`: the copies of a stripe are only accessed by the thread that has set its flag.
final class ThreadHitCache: @unchecked Sendable {
    private struct Copy {
        /// The name of the request, to spare a lookup by name the way to the entry.
        var name = ""
        var slot: CacheSlot?
        var answer: CacheEntryStateMachine.CachedAnswer
        /// The number of lookups by name, since they were last reported to the entry.
        var hits = 0
        /// The number of uses until the copy gets its own array of endpoints.
        var usesOfSharedEndpoints = 0

        /// True if the entry has not changed since.
        @inline(__always)
        var isUpToDate: Bool { slot?.isUnchanged(since: answer.version) ?? false }

        @inline(__always)
        mutating func countUse() {
            guard usesOfSharedEndpoints > 0 else { return }
            usesOfSharedEndpoints &-= 1
            if usesOfSharedEndpoints == 0 { answer.ownEndpoints() }
        }
    }

    private struct Stripe: ~Copyable {
        let isTaken = Atomic<Bool>(false)
        let copies: UnsafeMutablePointer<Copy>
        /// Keeps stripes apart: two of them in one cache line, or in two lines that are fetched together, would be
        /// contended like one.
        private let padding = (SIMD8<UInt64>.zero, SIMD4<UInt64>.zero)

        init() {
            copies = .allocate(capacity: ThreadHitCache.capacity)
            copies.initialize(repeating: Copy(answer: .none), count: ThreadHitCache.capacity)
        }
    }

    /// Enough places for the busiest names of a stripe.
    private static let capacity = 64

    /// The number of endpoints up to which a copy gets an array of its own: 14 KB.
    private static let ownEndpointsLimit = 256

    private let stripes: UnsafeMutablePointer<Stripe>

    init() {
        stripes = .allocate(capacity: ThreadStripe.count)
        for index in 0..<ThreadStripe.count { (stripes + index).initialize(to: Stripe()) }
    }

    deinit {
        for index in 0..<ThreadStripe.count {
            stripes[index].copies.deinitialize(count: ThreadHitCache.capacity)
            stripes[index].copies.deallocate()
        }
        stripes.deinitialize(count: ThreadStripe.count)
        stripes.deallocate()
    }

    // MARK: Reading

    /// Returns the cached resolution of a name without further conditions, if there is a copy of it.
    @inline(__always)
    func hit(named name: String, at now: Moment) -> Resolution? {
        guard let stripe = take() else { return nil }
        defer { free(stripe) }
        let copy = stripe.pointee.copies + Int(ThreadHitCache.place(of: name))
        guard copy.pointee.answer.isGood(at: now), copy.pointee.name == name, copy.pointee.isUpToDate else {
            return nil
        }
        copy.pointee.hits &+= 1
        copy.pointee.countUse()
        return copy.pointee.answer.resolution(at: now)
    }

    /// Returns the accepted resolution of an entry as it was stored, if there is a copy of it.
    @inline(__always)
    func accepted(of slot: CacheSlot) -> Resolution? {
        guard let stripe = take() else { return nil }
        defer { free(stripe) }
        let copy = stripe.pointee.copies + Int(slot.key.place)
        guard copy.pointee.slot === slot, copy.pointee.isUpToDate else { return nil }
        copy.pointee.countUse()
        return copy.pointee.answer.accepted
    }

    // MARK: Writing

    /// Stores a copy of an entry's answer, unless the entry has changed since.
    @inline(never)
    func keep(_ answer: CacheEntryStateMachine.CachedAnswer, of slot: CacheSlot) {
        guard let stripe = take() else { return }
        // Checked in the stripe: `removeAll()` passes it after the change, and would miss a copy that was stored later.
        guard slot.isUnchanged(since: answer.version) else { return free(stripe) }
        let count = answer.accepted.endpoints.count
        let newcomer = Copy(
            name: slot.key.request.name,
            slot: slot,
            answer: answer,
            // Copying an endpoint takes less than two uses do, so the uses have paid for the array.
            usesOfSharedEndpoints: count <= ThreadHitCache.ownEndpointsLimit ? 8 * count : 0
        )
        let place = stripe.pointee.copies + Int(slot.key.place)
        let replaced = place.move()
        place.initialize(to: newcomer)
        free(stripe)
        replaced.slot?.addHits(replaced.hits)
    }

    /// Reports the hits of the copies to their entries.
    func settle() {
        forEachStripe { copies in
            var settled: [(slot: CacheSlot, hits: Int)] = []
            for place in 0..<ThreadHitCache.capacity {
                guard let slot = copies[place].slot, copies[place].hits > 0 else { continue }
                settled.append((slot, copies[place].hits))
                copies[place].hits = 0
            }
            return settled
        }
        .forEach { $0.slot.addHits($0.hits) }
    }

    /// Removes all copies.
    func removeAll() {
        // What they refer to is released when the stripes are free again.
        _ = forEachStripe { copies in
            let removed = UnsafeMutableBufferPointer(start: copies, count: ThreadHitCache.capacity).map { $0 }
            for place in 0..<ThreadHitCache.capacity { copies[place] = Copy(answer: .none) }
            return removed
        }
    }

    /// Runs `body` for each stripe.
    ///
    /// - Returns: The results, which no stripe is in use for.
    private func forEachStripe<Output>(_ body: (UnsafeMutablePointer<Copy>) -> [Output]) -> [Output] {
        (0..<ThreadStripe.count).flatMap { index in
            let stripe = stripes + index
            while !Self.tryTaking(stripe) { sched_yield() }
            defer { free(stripe) }
            return body(stripe.pointee.copies)
        }
    }

    // MARK: Stripes and places

    /// Takes a stripe; `nil` if all are in use.
    @inline(__always)
    private func take() -> UnsafeMutablePointer<Stripe>? {
        let first = ThreadStripe.current
        let stripe = stripes + first
        return Self.tryTaking(stripe) ? stripe : takeAnother(than: first)
    }

    @inline(never)
    private func takeAnother(than first: Int) -> UnsafeMutablePointer<Stripe>? {
        for offset in 1..<ThreadStripe.count {
            let stripe = stripes + (first + offset) & (ThreadStripe.count - 1)
            if Self.tryTaking(stripe) { return stripe }
        }
        return nil
    }

    @inline(__always)
    private static func tryTaking(_ stripe: UnsafeMutablePointer<Stripe>) -> Bool {
        !stripe.pointee.isTaken.exchange(true, ordering: .acquiring)
    }

    /// Frees a stripe.
    ///
    /// LLVM's pass for Swift's reference counting moves a retain down past any store, even a releasing one (see
    /// `StripedReference.current`): then another thread could replace the copy, and release what it refers to, before
    /// this one has retained that. The pass stops at a fence, which is no instruction on x86 and takes less than the
    /// exchange of `StripedReference` elsewhere.
    @inline(__always)
    private func free(_ stripe: UnsafeMutablePointer<Stripe>) {
        atomicMemoryFence(ordering: .releasing)
        stripe.pointee.isTaken.store(false, ordering: .releasing)
    }

    /// Returns the place of a name: from its length and the bytes at both ends, by a multiplication (Knuth 6.4).
    @inline(__always)
    static func place(of name: String) -> UInt8 {
        let mixed = name.utf8.withContiguousStorageIfAvailable { bytes -> UInt64 in
            let raw = UnsafeRawBufferPointer(bytes)
            let count = raw.count
            guard count >= 8 else {
                var few: UInt64 = 0
                for byte in raw { few = few << 8 | UInt64(byte) }
                return few
            }
            let first = raw.loadUnaligned(as: UInt64.self)
            let last = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            return (first &* 0x9E37_79B9_7F4A_7C15) ^ last &+ UInt64(count)
        }
        return place(ofHash: mixed ?? 0)
    }

    /// Returns the place of a number.
    @inline(__always)
    static func place(ofHash hash: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) >> 58)
    }
}
