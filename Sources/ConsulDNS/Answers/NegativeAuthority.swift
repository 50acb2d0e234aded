// SPDX-License-Identifier: Apache-2.0

public import DNSWire

/// The zone that asserts a negative answer, and the time for which it may be cached (RFC 2308).
public struct NegativeAuthority: Hashable, Sendable {
    /// The zone of the SOA record. In Consul's own answers it is Consul's domain.
    public let zone: DomainName

    /// The lesser of the record's TTL and its minimum field (RFC 2308 section 5). Consul's default is 0.
    public let timeToLive: Duration

    init?(_ message: Message) {
        for record in message.authority {
            guard case .soa(let authority) = record.data else { continue }
            zone = record.name
            timeToLive = .seconds(Int64(min(record.ttl, authority.minimum)))
            return
        }
        return nil
    }
}
