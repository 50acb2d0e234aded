// SPDX-License-Identifier: Apache-2.0

extension BalancingPolicy where Self == BuiltInPolicy {
    /// A policy that picks the same endpoint for the same ``PickOptions/key``, in every process and on every machine
    /// that knows the same endpoints. When an endpoint leaves, its keys go to others, and all other keys stay where
    /// they are. While several priorities or places share the load, keys are divided among them, too.
    ///
    /// Keys are divided by weight. With rendezvous hashing the share that each endpoint has of all possible keys is
    /// exact. With the table it is right to one part in 10 000 of all keys, and an endpoint that is due less than a 65
    /// 537th may have no keys. Up to 64 endpoints it is weighted rendezvous hashing, which moves not one key more than
    /// it has to; beyond, it is a table (Maglev, NSDI 2016), which moves up to a hundredth of the others and takes the
    /// same time for a thousand endpoints as for ten. Without a key it takes turns.
    public static var hashed: BuiltInPolicy { hashed(largestExactSet: 64, loadBound: nil) }

    /// The same policy with a bound for the load of an endpoint.
    ///
    /// - Parameter loadBound: The number of requests under way that an endpoint may have, as a multiple of the mean,
    ///   before its keys go on to the next of their order (Mirrokni, Thorup and Zadimoghaddam 2016); 1.25 is usual.
    public static func hashed(loadBound: Double) -> BuiltInPolicy {
        hashed(largestExactSet: 64, loadBound: loadBound)
    }

    /// The same policy with all of its settings.
    ///
    /// - Parameters:
    ///   - largestExactSet: The number of endpoints up to which all are compared for each pick: some 100 ns for 64.
    ///   - loadBound: The bound for the load; `nil` for none.
    package static func hashed(largestExactSet: Int, loadBound: Double? = nil) -> BuiltInPolicy {
        let bound = loadBound.flatMap { $0.isFinite ? max($0, 1) : nil }
        return BuiltInPolicy("hashed", tierChoice: .key) {
            HashPicker($0, usesTable: $0.count > largestExactSet, loadBound: bound)
        }
    }
}

/// A picker that chooses by key.
private final class HashPicker: BuiltInPicker {
    private let rendezvous: Rendezvous
    private let table: MaglevTable?
    private let turns: WeightedSequence
    private let candidates: [Candidate]
    private let loadBound: Double?

    init(_ candidates: [Candidate], usesTable: Bool, loadBound: Double?) {
        let (identities, weights) = (candidates.map(\.identity), candidates.map(\.weight))
        rendezvous = Rendezvous(identities: identities, weights: weights)
        table = usesTable ? MaglevTable(identities: identities, weights: weights) : nil
        turns = WeightedSequence(weights: weights)
        self.candidates = candidates
        self.loadBound = loadBound
    }

    func pick(for request: borrowing PickRequest) -> Int {
        guard let key = request.key?.value else { return turns[request.ticket] }
        let most = mostOutstanding
        if let table {
            let index = table.index(for: key)
            if request.isUsable(index), candidates[index].outstanding < most { return index }
        }
        return rendezvous.first(for: key) { request.isUsable($0) && candidates[$0].outstanding < most }
            ?? rendezvous.first(for: key) { request.isUsable($0) }
            ?? turns[request.ticket]
    }

    /// The number of requests under way below which an endpoint gets another one within the bound. The mean counts that
    /// request, too, so at least one endpoint always does. All endpoints are counted, so this is computed once for each
    /// pick.
    private var mostOutstanding: Int {
        guard let loadBound else { return .max }
        let all = candidates.reduce(1) { $0 + $1.outstanding }
        let most = (loadBound * Double(all) / Double(candidates.count)).rounded(.up)
        return most < 1e15 ? Int(most) : .max
    }
}
