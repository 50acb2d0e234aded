// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NetworkAddress

/// Asks Consul for the addresses of names of its own that an answer left unexplained.
struct AddressLookup: Sendable {
    let client: DNSClient
    let server: Nameserver
    let deadline: Deadline

    /// The addresses of each name; a name without any, or that could not be asked for, is absent.
    ///
    /// - Throws: `CancellationError`, and ``DNSClientError`` when the client has been shut down.
    func addresses(of names: [DomainName]) async throws -> [DomainName: [IPAddress]] {
        // The client bounds what is on the wire, and lets equal questions of several resolutions share one query.
        try await withThrowingTaskGroup(of: (DomainName, [IPAddress]).self) { group in
            for name in names {
                for type in [RecordType.aaaa, .a] {
                    group.addTask { (name, try await addresses(of: name, type)) }
                }
            }
            var found: [DomainName: [IPAddress]] = [:]
            for try await (name, addresses) in group where !addresses.isEmpty {
                found[name, default: []] += addresses
            }
            return found
        }
    }

    private func addresses(of name: DomainName, _ type: RecordType) async throws -> [IPAddress] {
        let query = DNSQuery(Question(name: name, type: type), ednsPayloadSize: 1232)
        // A datagram first; TCP for a name with many addresses, and where datagrams do not arrive.
        for transport in [DNSTransport.udp, .tcp] {
            do {
                let timeout = deadline.share(among: transport == .udp ? 2 : 1).remaining
                let answer = try await client.query(query, server: server, transport: transport, timeout: timeout)
                let message = try answer.message()
                if message.flags.contains(.truncated), transport == .udp { continue }
                guard message.responseCode == .noError else { return [] }
                return message.answers.compactMap { $0.address(of: type) }
            } catch let error as DNSClientError where error.code != .closed {
                continue
            } catch is WireError {
                continue
            }
        }
        return []
    }
}

extension ResourceRecord {
    /// The address of a record of the type that was asked for; Consul answers an A where only that exists.
    fileprivate func address(of type: RecordType) -> IPAddress? {
        switch data {
        case .a(let address) where type == .a: .v4(address)
        case .aaaa(let address) where type == .aaaa: IPAddress.v6(address).unmapped
        default: nil
        }
    }
}
