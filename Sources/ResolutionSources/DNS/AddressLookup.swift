// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NetworkAddress
import ResolverSupport

/// A lookup of addresses for names in Consul's domain that an answer contains without address records.
struct AddressLookup: Sendable {
    let client: DNSClient
    let server: Nameserver
    let deadline: Deadline

    private static let payloadSize: UInt16 = 1232

    /// Returns the addresses of each name: an empty list for a name without addresses, and no entry for a name that
    /// could not be looked up.
    ///
    /// - Throws: `CancellationError`, and `DNSClientError` when the client has been shut down.
    func addresses(of names: [DomainName]) async throws -> [DomainName: [IPAddress]] {
        // The client limits the queries in flight, and equal queries of several resolutions share one.
        try await withThrowingTaskGroup(of: (DomainName, [IPAddress]?).self) { group in
            for name in names {
                for type in [RecordType.aaaa, .a] {
                    group.addTask { (name, try await addresses(of: name, type)) }
                }
            }
            var found: [DomainName: [IPAddress]] = [:]
            var unanswered: Set<DomainName> = []
            for try await (name, addresses) in group {
                if let addresses { found[name, default: []] += addresses } else { unanswered.insert(name) }
            }
            return found.filter { !$0.value.isEmpty || !unanswered.contains($0.key) }
        }
    }

    /// Looks up the addresses of one type over UDP first, and over TCP for a name with several addresses or when UDP
    /// has no answer.
    ///
    /// - Returns: `nil` if there is no answer about the name.
    private func addresses(of name: DomainName, _ type: RecordType) async throws -> [IPAddress]? {
        var part: [IPAddress]?
        for transport in [DNSTransport.udp, .tcp] {
            guard let message = try await ask(name, type, over: transport) else { continue }
            let addresses = message.answers.compactMap { $0.address(of: type) }
            // A node has one address of each family. A name with several belongs to a service, and a datagram may hold
            // only some of them.
            guard transport == .udp, message.flags.contains(.truncated) || addresses.count > 1 else { return addresses }
            part = addresses
        }
        return part
    }

    /// Sends a query and decodes the answer.
    ///
    /// - Returns: `nil` if there is no answer, the answer is malformed, or its response code says nothing about the
    ///   name.
    private func ask(_ name: DomainName, _ type: RecordType, over transport: DNSTransport) async throws -> Message? {
        let size = transport == .udp ? AddressLookup.payloadSize : nil
        let answer = try await ask(Question(name: name, type: type), over: transport, payloadSize: size)
        guard let message = try? answer?.message() else { return nil }
        return [.noError, .nameError].contains(message.responseCode) ? message : nil
    }

    /// Sends a query.
    ///
    /// - Returns: The answer as received; `nil` without an answer.
    /// - Throws: `CancellationError`, and `DNSClientError` when the client has been shut down.
    func ask(_ question: Question, over transport: DNSTransport, payloadSize: UInt16?) async throws -> DNSAnswer? {
        let deadline = deadline.share(among: transport == .udp ? 2 : 1)
        do {
            let query = DNSQuery(question, ednsPayloadSize: payloadSize)
            return try await client.query(query, server: server, transport: transport, deadline: deadline)
        } catch let error as DNSClientError where error.code != .closed {
            return nil
        }
    }
}

extension ResourceRecord {
    /// The address, if the record has the queried type. Consul answers with an A record where only an A record exists.
    fileprivate func address(of type: RecordType) -> IPAddress? {
        switch data {
        case .a(let address) where type == .a: .v4(address)
        case .aaaa(let address) where type == .aaaa: IPAddress.v6(address).unmapped
        default: nil
        }
    }
}
