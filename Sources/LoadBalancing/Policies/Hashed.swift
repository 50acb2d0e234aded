// SPDX-License-Identifier: Apache-2.0

/// A policy that picks the same endpoint for the same ``PickOptions/key``, in every process and on every machine that
/// knows the same endpoints. When an endpoint leaves, its keys go to others, and all other keys stay where they are.
/// While several priorities or places share the load, keys are divided among them, too.
///
/// Keys are divided by weight. With rendezvous hashing the share that each endpoint has of all possible keys is exact.
/// With the table it is right to one part in 10 000 of all keys, and an endpoint that is due less than a 65 537th may
/// have no keys. Up to `largestExactSet` endpoints it is weighted rendezvous hashing, which moves not one key more
/// than it has to; beyond, it is a table (Maglev, NSDI 2016), which moves up to a hundredth of the others and takes the
/// same time for a thousand endpoints as for ten. Without a key it takes turns.
public struct Hashed: BalancingPolicy {
    private let largestExactSet: Int
    private let loadBound: Double?

    /// Creates the policy.
    ///
    /// - Parameters:
    ///   - largestExactSet: The number of endpoints up to which all are compared for each pick: some 100 ns for 64.
    ///   - loadBound: The number of requests under way that an endpoint may have, as a multiple of the mean, before its
    ///     keys go on to the next of their order (Mirrokni, Thorup and Zadimoghaddam 2016); 1.25 is usual. `nil` for any
    ///     number.
    public init(largestExactSet: Int = 64, loadBound: Double? = nil) {
        self.largestExactSet = largestExactSet
        self.loadBound = loadBound
    }

    /// The policy's name.
    public var description: String { "hashed" }

    /// By the key.
    public var tierChoice: TierChoice { .key }

    /// Creates a picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        let bound = loadBound.flatMap { $0.isFinite ? max($0, 1) : nil }
        return HashPicker(candidates, usesTable: candidates.count > largestExactSet, loadBound: bound)
    }
}

extension BalancingPolicy where Self == Hashed {
    /// The same endpoint for the same key.
    public static var hashed: Hashed { Hashed() }
}

/// A picker that chooses by key.
private final class HashPicker: BuiltInPicker {
    private let rendezvous: Rendezvous
    private let table: MaglevTable?
    private let turns: WeightedSequence
    private let loads: [EndpointLoad]
    private let loadBound: Double?

    init(_ candidates: [Candidate], usesTable: Bool, loadBound: Double?) {
        let (identities, weights) = (candidates.map(\.identity), candidates.map(\.weight))
        rendezvous = Rendezvous(identities: identities, weights: weights)
        table = usesTable ? MaglevTable(identities: identities, weights: weights) : nil
        turns = WeightedSequence(weights: weights)
        loads = candidates.map(\.load)
        self.loadBound = loadBound
    }

    func pick(for request: borrowing PickRequest) -> Int {
        guard let key = request.key?.value else { return turns[request.ticket] }
        let most = mostOutstanding
        if let table {
            let index = table.index(for: key)
            if request.isUsable(index), loads[index].outstanding < most { return index }
        }
        return rendezvous.first(for: key) { request.isUsable($0) && loads[$0].outstanding < most }
            ?? rendezvous.first(for: key) { request.isUsable($0) }
            ?? turns[request.ticket]
    }

    /// The number of requests under way below which an endpoint gets another one within the bound. The mean counts that
    /// request, too, so at least one endpoint always does. All endpoints are counted, so this is computed once for each
    /// pick.
    private var mostOutstanding: Int {
        guard let loadBound else { return .max }
        let all = loads.reduce(1) { $0 + $1.outstanding }
        let most = (loadBound * Double(all) / Double(loads.count)).rounded(.up)
        return most < 1e15 ? Int(most) : .max
    }
}
