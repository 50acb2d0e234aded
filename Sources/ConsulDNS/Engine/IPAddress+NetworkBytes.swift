// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

extension IPAddress {
    /// Calls `body` with the 4 or 16 bytes of the address in network order.
    func withNetworkBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        func lend(_ value: some Any) -> Result {
            withUnsafeBytes(of: value) { body($0.assumingMemoryBound(to: UInt8.self)) }
        }
        switch self {
        case .v4(let address): return lend(address.rawValue.bigEndian)
        case .v6(let address): return lend((address.high.bigEndian, address.low.bigEndian))
        }
    }
}
