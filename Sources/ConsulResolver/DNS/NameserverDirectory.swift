// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress

/// The configured nameservers. Those given by name are looked up by the system, when they are needed.
struct NameserverDirectory: Sendable {
    private let entries: [HostPort]
    let hosts: HostBook

    init(_ entries: [HostPort], hosts: HostBook) {
        self.entries = entries
        self.hosts = hosts
    }

    /// Goes through the servers once.
    ///
    /// - Parameter register: Knows in which order; without one, as they are configured.
    func tour(until deadline: Deadline, by register: NameserverRegister? = nil) -> NameserverTour {
        var stops: [NameserverTour.Stop] = []
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
        return NameserverTour(stops, hosts: hosts, deadline: deadline, register: register)
    }

    /// Whether a resolution might ask this server.
    func leads(to server: Nameserver) -> Bool {
        entries.contains { entry in
            guard entry.port == server.port else { return false }
            switch entry.host {
            case .address(let address): return address == server.address
            // A name that is just being looked up may lead there still.
            case .name(let host): return hosts.known(host)?.contains(server.address) ?? true
            }
        }
    }

    /// Has the names that lead to a server looked up again: it is dead, and they may lead elsewhere by now.
    func refreshNames(of server: Nameserver) {
        for entry in entries {
            if case .name(let host) = entry.host, hosts.known(host)?.contains(server.address) ?? false {
                hosts.refresh(host)
            }
        }
    }
}
