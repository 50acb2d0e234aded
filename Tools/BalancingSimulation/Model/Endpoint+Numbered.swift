// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

extension Endpoint {
    /// Returns the server at 10.0.0.0 plus `number`, with port 8080.
    static func numbered(_ number: Int, weight: UInt16 = 1) -> Endpoint {
        let address = IPv4Address(rawValue: 0x0A00_0000 + UInt32(number))
        return Endpoint(host: .address(.v4(address)), port: 8080, weight: weight)
    }

    /// The number that the endpoint was made from.
    var number: Int {
        guard case .address(.v4(let address)) = host else { return -1 }
        return Int(address.rawValue & 0x00FF_FFFF)
    }
}
