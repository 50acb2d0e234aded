// SPDX-License-Identifier: Apache-2.0

/// A policy that picks the same endpoint for the same ``PickOptions/key``, in every process and on every machine that
/// knows the same endpoints. When an endpoint leaves, its keys go to others, and all other keys stay where they are.
/// While several priorities or places share the load, keys are divided among them, too.
///
/// Keys are divided by weight. With rendezvous hashing the share that each endpoint has of all possible keys is exact.
/// With the table it is right to one part in 10 000 of all keys, and an endpoint that is due less than a 65 537th may
/// have no keys. Up to ``largestExactSet`` endpoints it is weighted rendezvous hashing, which moves not one key more
/// than it has to; beyond, it is a table (Maglev, NSDI 2016), which moves up to a hundredth of the others and takes the
/// same time for a thousand endpoints as for ten. Without a key it takes turns.
public struct Hashed: BalancingPolicy {
    /// The number of endpoints up to which all are compared for each pick. Default 64: some 100 ns.
    public var largestExactSet: Int

    /// The number of requests under way that an endpoint may have, as a multiple of the mean, before its keys go on to
    /// the next of their order (Mirrokni, Thorup and Zadimoghaddam 2016); 1.25 is usual. `nil` for any number, which is
    /// the default.
    public var loadBound: Double?

    /// Creates the policy.
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
