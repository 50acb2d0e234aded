// SPDX-License-Identifier: Apache-2.0

/// The same endpoint for the same ``PickOptions/key``, in every process and on every machine that knows the same endpoints.
/// When one goes, its keys go to others, and all other keys stay where they are. While several priorities or places share
/// the load, keys are shared among them, too.
///
/// Keys go by weight: the share that each endpoint has of all possible keys is exact with rendezvous hashing, and right to one
/// part in 10 000 of all keys with the table, where an endpoint that is due less than a 65 537th may have none. Up to ``largestExactSet`` endpoints it is weighted rendezvous hashing, which moves not one key more
/// than has to; beyond, a table is looked into (Maglev, NSDI 2016), which moves up to a hundredth of the others and takes
/// the same time for a thousand endpoints as for ten. Without a key it takes turns.
public struct Hashed: BalancingPolicy {
    /// With up to how many endpoints all are compared for each pick. Default 64: some 100 ns.
    public var largestExactSet: Int

    /// How many times the mean number of requests under way an endpoint may have, before its keys go on to the next of
    /// their order (Mirrokni, Thorup and Zadimoghaddam 2016); 1.25 is usual. `nil` for any number, which is the default.
    public var loadBound: Double?

    /// The policy.
    public init(largestExactSet: Int = 64, loadBound: Double? = nil) {
        self.largestExactSet = largestExactSet
        self.loadBound = loadBound
    }

    /// The policy's name.
    public var description: String { "hashed" }

    /// By the key.
    public var tierChoice: TierChoice { .key }

    /// A picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        let bound = loadBound.flatMap { $0.isFinite ? max($0, 1) : nil }
        return HashPicker(candidates, usesTable: candidates.count > largestExactSet, loadBound: bound)
    }
}

extension BalancingPolicy where Self == Hashed {
    /// The same endpoint for the same key.
    public static var hashed: Hashed { Hashed() }
}
