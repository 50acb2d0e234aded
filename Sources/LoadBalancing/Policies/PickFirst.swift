// SPDX-License-Identifier: Apache-2.0

/// A policy that picks the same endpoint every time, for clients that keep one connection: the first of an order that
/// each client draws for itself, by weight (RFC 2782), and that stays as it is when others come and go. Over many
/// clients, each endpoint comes first for exactly its share of them.
public struct PickFirst: BalancingPolicy {
    /// The seed of this client's order. `nil` for the balancer's own seed.
    public var seed: UInt64?

    /// Creates the policy.
    public init(seed: UInt64? = nil) {
        self.seed = seed
    }

    /// The policy's name.
    public var description: String { "pickFirst" }

    /// The same priority or place every time.
    public var tierChoice: TierChoice { .client(seed: seed) }

    /// Creates a picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        FirstPicker(
            ServiceOrder.order(
                identities: candidates.map(\.identity),
                weights: candidates.map(\.weight),
                seed: seed ?? candidates[0].record.context.seed
            )
        )
    }
}

extension BalancingPolicy where Self == PickFirst {
    /// The same endpoint every time.
    public static var pickFirst: PickFirst { PickFirst() }
}

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

/// The order in which one client tries the servers of one priority (RFC 2782), for clients that keep a connection for
/// long.
///
/// The algorithm in the text of RFC 2782 draws a number from 0 to the sum of weights, both included, and so has one
/// number too many: of two servers of weight 1 the first has two thirds. This one gives each server exactly its share
/// of first places, over many clients, and also of the places that follow when the servers before have failed.
///
/// The order does not depend on the order of records, and the seed of a client keeps it: when servers come or go, the
/// rest stay as they were. The RFC would have weight 0 chosen now and then; here it comes last, as everywhere else in
/// this library.
enum ServiceOrder {
    /// Returns the indices of all servers, the one to try first in front.
    ///
    /// - Parameters:
    ///   - identities: hashes that identify the servers
    ///   - seed: a number of the client's own, evenly distributed over all clients
    static func order(identities: [UInt64], weights: [UInt32], seed: UInt64) -> [Int] {
        // The client's seed takes the place of a key.
        Rendezvous(identities: identities, weights: weights).order(for: seed)
    }
}
