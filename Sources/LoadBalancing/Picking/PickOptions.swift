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

    /// Creates options with the key of a number, as `HashKey(number)` makes it; without a key for `nil`.
    @inlinable
    public init(key number: (some FixedWidthInteger)?, excluded: [HostPort] = []) {
        self.init(key: number.map { HashKey($0) }, excluded: excluded)
    }

    /// Creates options with the key of some bytes, as `HashKey(bytes:)` makes it; without a key for `nil`.
    @inlinable
    public init(key bytes: (some Sequence<UInt8>)?, excluded: [HostPort] = []) {
        self.init(key: bytes.map { HashKey(bytes: $0) }, excluded: excluded)
    }
}
