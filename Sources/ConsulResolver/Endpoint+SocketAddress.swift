// SPDX-License-Identifier: Apache-2.0

public import LoadBalancing
public import NIOCore
import NetworkAddress

extension Endpoint {
    /// The address for SwiftNIO's bootstraps; `nil` if the host is a name, which `ClientBootstrap.connect(host:port:)` looks
    /// up itself.
    public var socketAddress: SocketAddress? {
        guard case .address(let address) = host else { return nil }
        return try? SocketAddress(ipAddress: address.description, port: Int(port))
    }
}
