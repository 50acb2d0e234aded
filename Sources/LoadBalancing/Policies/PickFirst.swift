// SPDX-License-Identifier: Apache-2.0

extension BalancingPolicy where Self == BuiltInPolicy {
    /// A policy that picks the same endpoint every time, for clients that keep one connection: the first of an order
    /// that each client draws for itself, by weight (RFC 2782), and that stays as it is when others come and go. Over
    /// many clients, each endpoint comes first for exactly its share of them.
    public static var pickFirst: BuiltInPolicy { pickFirst(seed: nil) }

    /// The same policy with an order of its own.
    ///
    /// - Parameter seed: The seed of this client's order; `nil` for the balancer's own seed.
    package static func pickFirst(seed: UInt64?) -> BuiltInPolicy {
        BuiltInPolicy("pickFirst", tierChoice: .client(seed: seed), comparesLeases: false) { candidates in
            let rendezvous = Rendezvous(identities: candidates.map(\.identity), weights: candidates.map(\.weight))
            // The client's seed takes the place of a key.
            return FirstPicker(rendezvous.order(for: seed ?? candidates[0].record.context.seed))
        }
    }
}

/// A picker that chooses the first usable candidate of one order.
///
/// The algorithm in the text of RFC 2782 draws a number from 0 to the sum of weights, both included, and so has one
/// number too many: of two servers of weight 1 the first has two thirds. The order of ``Rendezvous`` gives each server
/// exactly its share of first places, over many clients, and also of the places that follow when the servers before
/// have failed. When servers come or go, the rest stay as they were. The RFC would have weight 0 chosen now and then;
/// here it comes last, as everywhere else in this library.
private final class FirstPicker: BuiltInPicker {
    private let order: [Int]

    init(_ order: [Int]) {
        self.order = order
    }

    func pick(for request: borrowing PickRequest) -> Int {
        for index in order where request.isUsable(index) { return index }
        return order[0]
    }
}
