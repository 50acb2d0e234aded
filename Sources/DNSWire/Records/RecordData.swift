// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The data of a record, by its type.
public enum RecordData: Hashable, Sendable {
    /// An IPv4 address.
    case a(IPv4Address)

    /// An IPv6 address.
    case aaaa(IPv6Address)

    /// The location of a service.
    case srv(ServiceRecord)

    /// The canonical name behind an alias.
    case cname(DomainName)

    /// A name for an address.
    case ptr(DomainName)

    /// A nameserver.
    case ns(DomainName)

    /// A mail exchange: its preference, lower first, and its name.
    case mx(preference: UInt16, exchange: DomainName)

    /// Strings of at most 255 bytes each.
    case txt([[UInt8]])

    /// The start of a zone.
    case soa(StartOfAuthority)

    /// The content of the pseudo-record of EDNS.
    case opt(EDNS)

    /// The data of any other type, or of a type that has another meaning in the record's class (RFC 3597).
    case unknown([UInt8])
}
