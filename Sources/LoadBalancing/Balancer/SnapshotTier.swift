// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Endpoints that are equally good, and the picker that chooses among them.
final class SnapshotTier: Sendable {
    let picker: any EndpointPicker
    /// What random numbers of this set of candidates begin with.
    let seed: UInt64
    /// In percent, of all picks.
    let load: Int

    /// Whether verdicts are not believed: then ejected endpoints are used as others are.
    private let isFailOpen: Bool
    private let records: [EndpointRecord]
    /// The same as `records`, to be read without counting references.
    private let handles: [Unmanaged<EndpointRecord>]
    private let weights: [UInt32]
    /// How many draws there have been, from a random start: clients that begin together do not all begin with the same.
    private let cursor: Atomic<UInt32>

    init(
        _ candidates: [Candidate],
        load: Int,
        policy: any BalancingPolicy,
        isFailOpen: Bool = false,
        seed: UInt64,
        cursor: UInt32
    ) {
        self.isFailOpen = isFailOpen
        weights = candidates.map(\.weight)
        records = candidates.map(\.record)
        handles = records.map { Unmanaged.passUnretained($0) }
        picker = policy.makePicker(for: candidates)
        self.load = load
        self.seed = seed
        self.cursor = Atomic(cursor)
        for record in records { record.join() }
    }

    deinit {
        for record in records { record.leave() }
    }

    var count: Int { handles.count }

    /// Where the next set of candidates goes on.
    var position: UInt32 { cursor.load(ordering: .relaxed) }

    @inline(__always)
    func withRecord<Output>(_ index: Int, _ body: (EndpointRecord) -> Output) -> Output {
        handles[index]._withUnsafeGuaranteedRef(body)
    }

    func isUsable(_ index: Int, excluding exclusions: Exclusions?) -> Bool {
        guard handles.indices.contains(index) else { return false }
        return withRecord(index) { isUsable($0) && exclusions?.contains($0.target) != true }
    }

    func isUsable(_ record: EndpointRecord) -> Bool {
        isFailOpen ? record.load.admission != .probeUnderWay : record.load.isUsable
    }

    /// Lets the picker choose, whoever that is.
    @inline(__always)
    func choose(_ key: HashKey?, excluding exclusions: Exclusions? = nil, at now: Moment) -> Int {
        let request = PickRequest(
            ticket: cursor.wrappingAdd(1, ordering: .relaxed).oldValue,
            key: key,
            now: now,
            in: .passUnretained(self),
            excluding: exclusions
        )
        return picker.pick(for: request)
    }

    /// Chooses one that is usable; `nil` if none is.
    ///
    /// A draw in vain is repeated, which leaves those that are usable with the shares that they have among themselves.
    /// Going on to the next one instead would give that one the share of two. Where half of all cannot be used, one in 256
    /// picks has only draws in vain; it gets the next one that has a weight and, if there is none, any.
    func chooseUsable(_ key: HashKey?, excluding exclusions: Exclusions?, at now: Moment) -> Int? {
        for _ in 0..<SnapshotTier.draws {
            let index = choose(key, excluding: exclusions, at: now)
            if isUsable(index, excluding: exclusions) { return index }
        }
        guard count > 0 else { return nil }
        let start = Int(StableHash.mix(UInt64(position), seed) % UInt64(count))
        let all = (0..<count).lazy.map { (start + $0) % self.count }
        return all.first { self.weights[$0] > 0 && self.isUsable($0, excluding: exclusions) }
            ?? all.first { self.isUsable($0, excluding: exclusions) }
    }

    private static let draws = 8
}
