// SPDX-License-Identifier: Apache-2.0

/// A policy of this library: ``BalancingPolicy/adaptive``, ``BalancingPolicy/weightedRoundRobin``,
/// ``BalancingPolicy/leastOutstanding``, ``BalancingPolicy/hashed``, ``BalancingPolicy/random`` or
/// ``BalancingPolicy/pickFirst``.
public struct BuiltInPolicy: BalancingPolicy {
    /// The policy's name.
    public let description: String

    /// True for ``BalancingPolicy/adaptive``.
    public let measuresLatency: Bool

    /// By turns, unless the policy keeps to an endpoint.
    public let tierChoice: TierChoice

    /// True if picks compare the numbers of leases. If not, threads count leases apart (``LeaseCounts``).
    let comparesLeases: Bool

    private let makePicker: @Sendable ([Candidate]) -> any BuiltInPicker

    init(
        _ description: String,
        measuresLatency: Bool = false,
        tierChoice: TierChoice = .turns,
        comparesLeases: Bool = true,
        makePicker: @escaping @Sendable ([Candidate]) -> any BuiltInPicker
    ) {
        self.description = description
        self.measuresLatency = measuresLatency
        self.tierChoice = tierChoice
        self.comparesLeases = comparesLeases
        self.makePicker = makePicker
    }

    /// Creates a picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker { makePicker(candidates) }
}

/// A picker of this library: it is quick and calls no other code, and so may be called with a stripe of the snapshot
/// held.
protocol BuiltInPicker: EndpointPicker {}
