// SPDX-License-Identifier: Apache-2.0

public import DNSWire

/// Who says that there is nothing, and for how long (RFC 2308).
public struct NegativeAuthority: Hashable, Sendable {
    /// The zone that the SOA record belongs to: Consul's own domain, when Consul said it.
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
