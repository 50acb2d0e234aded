// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress

/// The configured nameservers as addresses. Those given by name are looked up by the system, when they are needed.
struct NameserverDirectory: Sendable {
    private let configured: [HostPort]
    /// Set when no name has to be looked up, which is the rule.
    private let fixed: [Nameserver]?

    init(_ configured: [HostPort]) {
        self.configured = configured
        let fixed = configured.compactMap(\.nameserver)
        self.fixed = fixed.count == configured.count ? fixed : nil
    }

    func servers(
        deadline: Deadline
    ) async throws -> (servers: [Nameserver], failures: [ResolutionFailure.Attempt]) {
        if let fixed { return (fixed, []) }
        var servers: [Nameserver] = []
        var failures: [ResolutionFailure.Attempt] = []
        for entry in configured {
            if let server = entry.nameserver {
                servers.append(server)
                continue
            }
            guard case .name(let name) = entry.host else { continue }
            let addresses = await SystemHostLookup.addresses(of: name)
            try Task.checkCancellation()
            servers += addresses.map { Nameserver(address: $0, port: entry.port) }
            if addresses.isEmpty {
                let message = "the nameserver \(entry) cannot be looked up; give its address instead"
                failures.append(ResolutionFailure.Attempt(code: .nameserverNotFound, message: message))
            }
        }
        return (servers, failures)
    }
}

extension HostPort {
    /// The server, where no lookup is needed. `localhost` never needs one (RFC 6761 section 6.3).
    fileprivate var nameserver: Nameserver? {
        switch host {
        case .address(let address): Nameserver(address: address, port: port)
        case .name(let name) where name.lowercased() == "localhost": Nameserver(address: .v4(.loopback), port: port)
        case .name: nil
        }
    }
}
