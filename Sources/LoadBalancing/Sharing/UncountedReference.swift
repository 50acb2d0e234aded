// SPDX-License-Identifier: Apache-2.0

/// A reference that neither retains its object nor checks that the object still exists.
///
/// A retain is an atomic change of a number that all threads share. Two threads that pick at once would contend for the
/// count of every object on their way, which takes longer than the pick (140 ns for each of two threads). So a pick
/// retains nothing. What it reads is kept alive by an owner, and this type is the only one in the target that names
/// `Unmanaged`. Each use of it follows this contract:
///
/// | Object | Owner: retains once | Reader | The owner cannot release meanwhile, because |
/// |---|---|---|---|
/// | `Snapshot` | each stripe of ``StripedReference`` | `StripedReference.read`, for the call of its body | the reader has taken the stripe, and the publisher takes it before it releases the old snapshot |
/// | ``CandidateTier`` | `Snapshot.tiers`, a constant | ``Snapshot`` and ``PickRequest``, for one pick | that pick reads the snapshot, in a taken stripe or by a strong reference |
/// | ``EndpointRecord`` | ``RetainedObjects``, a constant | the tier and its picker, for one pick | the same; the snapshot owns the tier, and that owns the list |
/// | ``EndpointRecord`` | the record itself, while its count of snapshots and leases is not zero | ``PickResult`` and ``Lease``, until the lease ends | the lease is counted, and is not copyable, so it is subtracted once |
///
/// A lease begins while the snapshot that it comes from is being read. Its count is added before that snapshot can leave,
/// so the sum does not reach zero in between (``EndpointRecord/join()``).
///
/// Memory orderings:
///
/// - Taking a stripe acquires and freeing it releases: a reader sees the whole snapshot, and its reads are complete when
///   the publisher releases the old one.
/// - Counting a snapshot or a lease is relaxed, since the caller has the record already. Subtracting one acquires and
///   releases: the thread that subtracts the last one, and releases the record, sees the end of all other uses.
///
/// The rules for code:
///
/// - The body of ``read(_:)`` must not let a strong reference to the object, or to anything that only the object owns,
///   out of the call. Where one is needed, ``StripedReference/current`` returns one.
/// - ``release()`` belongs to exactly one ``owning(_:)``.
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
