// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// What one pick is to heed beside the policy.
public struct PickOptions: Sendable {
    /// What requests that belong together have in common, for policies that send these to one endpoint
    /// (``BalancingPolicy/hashed``); the others do not look at it.
    public var key: HashKey?

    /// Where not to go while there is anybody else, such as where a request has failed already.
    public var excluded: [HostPort]

    /// Options.
    @inlinable
    public init(key: HashKey? = nil, excluded: [HostPort] = []) {
        self.key = key
        self.excluded = excluded
    }
}
