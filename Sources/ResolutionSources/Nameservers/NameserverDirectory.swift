// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress
import ResolverSupport

/// The configured nameservers. The system looks up those given by name when they are needed.
package struct NameserverDirectory: Sendable {
    private let entries: [HostPort]
    let hosts: HostAddressCache

    init(_ entries: [HostPort], hosts: HostAddressCache) {
        self.entries = entries
        self.hosts = hosts
    }

    /// Returns an iteration over the servers, each once.
    ///
    /// - Parameter register: The source of the order; `nil` for the configured order.
    func selection(until deadline: Deadline, by pool: NameserverPool? = nil) -> ServerSelection {
        var stops: [ServerSelection.Stop] = []
        stops.reserveCapacity(entries.count)
        for entry in entries {
            switch entry.host {
            case .address(let address):
                stops.append(.server(Nameserver(address: address, port: entry.port), name: nil))
            case .name(let host):
                if let addresses = hosts.known(host) {
                    for address in addresses {
                        stops.append(.server(Nameserver(address: address, port: entry.port), name: host))
                    }
                } else {
                    stops.append(.name(host, port: entry.port))
                }
            }
        }
        return ServerSelection(stops, hosts: hosts, deadline: deadline, pool: pool)
    }

    /// Returns true if a resolution may query this server.
    func leads(to server: Nameserver) -> Bool {
        entries.contains { entry in
            guard entry.port == server.port else { return false }
            switch entry.host {
            case .address(let address): return address == server.address
            // A name that is still being looked up may lead to the server.
            case .name(let host): return hosts.known(host)?.contains(server.address) ?? true
            }
        }
    }

    /// Starts a new lookup of the names that lead to a dead server: they may have other addresses by now.
    func refreshNames(of server: Nameserver) {
        for entry in entries {
            if case .name(let host) = entry.host, hosts.known(host)?.contains(server.address) ?? false {
                hosts.refresh(host)
            }
        }
    }
}
