// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Synchronization

/// Candidates of equal preference, and the picker that chooses among them.
final class CandidateTier: Sendable {
    let picker: any EndpointPicker
    /// The seed of the random numbers of this set of candidates.
    let seed: UInt64
    /// The share of all picks, in percent.
    let load: Int

    /// True if health verdicts are ignored: then ejected endpoints are used like others.
    private let isFailOpen: Bool
    private let records: RetainedObjects<EndpointRecord>
    private let weights: [UInt32]
    /// The number of picks, from a random start: clients that start together do not all begin with the same endpoint.
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
        records = RetainedObjects(candidates.map(\.record))
        picker = policy.makePicker(for: candidates)
        self.load = load
        self.seed = seed
        self.cursor = Atomic(cursor)
        for record in records.objects { record.join() }
    }

    deinit {
        for record in records.objects { record.leave() }
    }

    var count: Int { records.count }

    /// The number of picks with which the next set of candidates continues. Turns of a stripe's block that no pick has
    /// had are skipped.
    var position: UInt32 { cursor.load(ordering: .relaxed) }

    @inline(__always)
    func withRecord<Output>(_ index: Int, _ body: (EndpointRecord) -> Output) -> Output {
        records.read(index, body)
    }

    func isUsable(_ index: Int, excluding exclusions: Exclusions?) -> Bool {
        guard records.indices.contains(index) else { return false }
        return withRecord(index) { isUsable($0) && exclusions?.contains($0.target) != true }
    }

    func isUsable(_ record: EndpointRecord) -> Bool {
        isFailOpen ? record.counters.admission != .probeUnderWay : record.counters.isUsable
    }

    /// Calls the picker, be it the library's or user code.
    func choose(_ key: HashKey?, excluding exclusions: Exclusions? = nil, at now: Moment) -> Int {
        let turn = cursor.wrappingAdd(1, ordering: .relaxed).oldValue
        let request = PickRequest(ticket: turn, key: key, now: now, in: self, excluding: exclusions)
        return picker.pick(for: request)
    }

    /// Calls the picker with a turn of a taken stripe.
    @inline(__always)
    func choose(_ key: HashKey?, at now: Moment, in stripe: inout StripeState) -> Int {
        picker.pick(for: PickRequest(ticket: stripe.turns.take(from: cursor), key: key, now: now, in: self))
    }

    /// Returns the index of a usable candidate; `nil` if no candidate is usable.
    ///
    /// A choice of an unusable candidate is repeated, which leaves the usable ones with the shares that they have among
    /// themselves. Going on to the next candidate instead would give that one the share of two. Where half of all
    /// candidates are unusable, one in 256 picks chooses in vain each time; it gets the next usable candidate that has a
    /// weight or, if no such candidate exists, any usable one.
    func chooseUsable(_ key: HashKey?, excluding exclusions: Exclusions?, at now: Moment) -> Int? {
        for _ in 0..<CandidateTier.attempts {
            let index = choose(key, excluding: exclusions, at: now)
            if isUsable(index, excluding: exclusions) { return index }
        }
        guard count > 0 else { return nil }
        let start = Int(StableHash.mix(UInt64(position), seed) % UInt64(count))
        let all = (0..<count).lazy.map { (start + $0) % self.count }
        return all.first { self.weights[$0] > 0 && self.isUsable($0, excluding: exclusions) }
            ?? all.first { self.isUsable($0, excluding: exclusions) }
    }

    private static let attempts = 8
}
