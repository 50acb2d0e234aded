// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress

/// The configured nameservers. Those given by name are looked up by the system, when they are needed.
struct NameserverDirectory: Sendable {
    private let entries: [HostPort]
    private let hosts: HostBook

    init(_ entries: [HostPort], hosts: HostBook) {
        self.entries = entries
        self.hosts = hosts
    }

    /// Goes through the servers once.
    func tour(until deadline: Deadline) -> Tour {
        Tour(entries: entries[...], hosts: hosts, deadline: deadline)
    }

    /// A way past all servers, in order, that gives each its share of the time.
    struct Tour {
        fileprivate var entries: ArraySlice<HostPort>
        fileprivate let hosts: HostBook
        fileprivate let deadline: Deadline
        /// The servers of the entry that is being visited.
        private var servers: ArraySlice<Nameserver> = []
        /// The name that they were found by.
        private var name: String?

        fileprivate init(entries: ArraySlice<HostPort>, hosts: HostBook, deadline: Deadline) {
            self.entries = entries
            self.hosts = hosts
            self.deadline = deadline
        }

        /// The next server, and when it has to be done with.
        ///
        /// - Parameter attempts: Where servers are noted that could not be found, or that there is no time for.
        /// - Throws: `CancellationError`.
        mutating func next(
            noting attempts: inout [ResolutionFailure.Attempt]
        ) async throws -> (server: Nameserver, budget: Deadline)? {
            while true {
                if let server = servers.popFirst() {
                    if deadline.remaining > .zero {
                        return (server, deadline.share(among: 1 + servers.count + entries.count))
                    }
                    attempts.append(.tooLate(server))
                    continue
                }
                // Nobody of that name was of any use; the name may lead elsewhere by now.
                if let name { hosts.forget(name) }
                name = nil
                guard let entry = entries.popFirst() else { return nil }
                switch entry.host {
                case .address(let address):
                    servers = [Nameserver(address: address, port: entry.port)]
                case .name(let host):
                    name = host
                    let budget = deadline.share(among: 1 + entries.count)
                    let addresses = try await hosts.addresses(of: host, until: budget)
                    servers = addresses.map { Nameserver(address: $0, port: entry.port) }[...]
                    if addresses.isEmpty { attempts.append(.notFound(entry)) }
                }
            }
        }
    }
}

extension ResolutionFailure.Attempt {
    fileprivate static func tooLate(_ server: Nameserver) -> Self {
        Self(code: .timedOut, message: "there was no time left to ask \(server)", server: server)
    }

    fileprivate static func notFound(_ entry: HostPort) -> Self {
        Self(
            code: .nameserverNotFound,
            message: "the nameserver \(entry) cannot be looked up; give its address instead"
        )
    }
}
