// SPDX-License-Identifier: Apache-2.0

/// A reference that neither retains its object nor checks that the object still exists.
///
/// A retain is an atomic change of a number that all threads share. Two threads that pick at once would contend for the
/// count of every object on their way (140 ns for each of two threads, more than the rest of a pick). So a pick retains
/// nothing. What it reads is kept alive by an owner, and this type is the only one in the target that names `Unmanaged`.
/// Each use of it is one of these:
///
/// - A snapshot. Each stripe of ``StripedReference`` retains it. `StripedReference.read` reads it for the call of its
///   body. The reader has taken the stripe meanwhile, and the publisher takes the stripe before it releases the old
///   snapshot.
/// - A tier. `Snapshot.tiers`, a constant, retains it. The snapshot and a pick request read it for one pick. That pick
///   reads the snapshot in a taken stripe, or by a strong reference.
/// - An endpoint's record, by its index. ``RetainedObjects``, a constant of a tier or of its picker, retains it. Both
///   read it for one pick. The snapshot of that pick owns the tier, and the tier owns its picker.
/// - An endpoint's record, of a lease. The result of a pick and the lease read it until the lease ends. The lease is
///   counted (`LeaseCounts`), and is subtracted once, because it is not copyable. It was added while its snapshot was
///   read, so before that snapshot could leave. While snapshots contain the record, these own it
///   (`EndpointRecord.join()`). When the last one leaves, the record begins to retain itself for each cell that has
///   leases, before that snapshot's own reference goes. The lease that empties such a cell, or a snapshot that contains
///   the record again, releases it.
///
/// Memory orderings:
///
/// - Taking a stripe acquires, and freeing it releases: a reader sees the whole snapshot, and its reads are complete
///   when the publisher takes the stripe.
/// - Counting a lease is relaxed, since the caller has the record already. Subtracting one, closing a cell and opening it
///   acquire and release: the thread that ends a cell's ownership, and releases the record, sees the end of all uses
///   that the cell counted.
///
/// Rules for code:
///
/// - The body of ``read(_:)`` must not let a strong reference to the object, or to anything that only the object owns,
///   out of the call. Where one is needed, ``StripedReference/current`` returns one.
/// - Each ``owning(_:)`` has exactly one ``release()``.
///
/// `make stress` and `ConcurrentPickingTests` test all of this, the latter with the thread sanitizer, too.
struct UncountedReference<Object: AnyObject & Sendable>: Sendable {
    private let unmanaged: Unmanaged<Object>

    /// Refers to an object that an owner keeps alive.
    @inline(__always)
    init(_ object: Object) {
        unmanaged = .passUnretained(object)
    }

    private init(retaining object: Object) {
        unmanaged = .passRetained(object)
    }

    /// Retains an object until ``release()``.
    @discardableResult
    static func owning(_ object: Object) -> UncountedReference { UncountedReference(retaining: object) }

    /// Ends the ownership that ``owning(_:)`` began. The object may no longer exist when this call returns.
    @inline(__always)
    func release() { unmanaged.release() }

    /// Reads the object without retaining it.
    @inline(__always)
    func read<Output>(_ body: (Object) -> Output) -> Output { unmanaged._withUnsafeGuaranteedRef(body) }

    /// A strong reference to the object.
    @inline(__always)
    var object: Object { unmanaged.takeUnretainedValue() }
}

/// Objects that a list retains once each, for as long as it exists, and that are read without reference counting.
struct RetainedObjects<Object: AnyObject & Sendable>: Sendable {
    /// The same objects as strong references.
    let objects: [Object]
    private let references: [UncountedReference<Object>]

    init(_ objects: [Object]) {
        self.objects = objects
        references = objects.map { UncountedReference($0) }
    }

    var count: Int { references.count }

    var indices: Range<Int> { references.indices }

    /// Reads the object at a position without retaining it.
    @inline(__always)
    func read<Output>(_ index: Int, _ body: (Object) -> Output) -> Output { references[index].read(body) }
}
