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
