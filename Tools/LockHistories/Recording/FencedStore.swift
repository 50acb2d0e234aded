// SPDX-License-Identifier: Apache-2.0

/// Another store than Consul, which refuses a write with a smaller token than the largest one that it has seen.
struct FencedStore: Sendable {
    private(set) var value = 0
    private var largest: UInt64 = 0

    /// Applies a write.
    ///
    /// - Parameter isFenced: False if the store accepts each token.
    /// - Returns: True if the write was accepted.
    mutating func write(_ written: Int, token: UInt64, isFenced: Bool) -> Bool {
        guard token >= largest || !isFenced else { return false }
        largest = max(largest, token)
        value = written
        return true
    }
}
