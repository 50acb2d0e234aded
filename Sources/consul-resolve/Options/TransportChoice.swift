// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// The DNS transports to use.
enum TransportChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case udp
    case tcp

    var configured: ServiceResolver.Configuration.DNS.Transport {
        switch self {
        case .auto: .automatic
        case .udp: .udp
        case .tcp: .tcp
        }
    }
}
