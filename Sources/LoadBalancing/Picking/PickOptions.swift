// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// Options of one pick, besides the policy.
public struct PickOptions: Sendable {
    /// A value that related requests have in common, for policies that send these to one endpoint
    /// (``BalancingPolicy/hashed``); other policies ignore it.
    public var key: HashKey?

    /// Endpoints to avoid while there are others, such as those where a request has failed already.
    public var excluded: [HostPort]

    /// Creates options.
    @inlinable
    public init(key: HashKey? = nil, excluded: [HostPort] = []) {
        self.key = key
        self.excluded = excluded
    }

    /// Creates options with the key of a text, as `HashKey(text)` makes it; without a key for `nil`.
    ///
    /// ```swift
    /// let lease = try service.pick(PickOptions(key: userID))
    /// ```
    @inlinable
    public init(key text: (some StringProtocol)?, excluded: [HostPort] = []) {
        self.init(key: text.map { HashKey($0) }, excluded: excluded)
    }
}
