// SPDX-License-Identifier: Apache-2.0

/// The data of an SOA record (RFC 1035 section 3.3.13).
public struct StartOfAuthority: Hashable, Sendable {
    /// The primary server of the zone.
    public var primaryServer: DomainName

    /// The mailbox of who is responsible, its `@` written as a dot.
    public var mailbox: DomainName

    /// The version of the zone; Consul gives the time, in seconds since 1970.
    public var serial: UInt32

    /// After how many seconds a secondary looks for a new version.
    public var refresh: UInt32

    /// After how many seconds it looks again if that failed.
    public var retry: UInt32

    /// After how many seconds without success it gives the zone up.
    public var expire: UInt32

    /// For how many seconds at most a negative answer may be kept, together with the record's TTL (RFC 2308 section 5).
    public var minimum: UInt32

    /// The data of its seven fields.
    public init(
        primaryServer: DomainName,
        mailbox: DomainName,
        serial: UInt32,
        refresh: UInt32,
        retry: UInt32,
        expire: UInt32,
        minimum: UInt32
    ) {
        self.primaryServer = primaryServer
        self.mailbox = mailbox
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
    }
}

extension StartOfAuthority: CustomStringConvertible {
    /// The presentation format, seven fields: `ns.consul. hostmaster.consul. 1700000000 3600 600 86400 0`.
    public var description: String {
        "\(primaryServer) \(mailbox) \(serial) \(refresh) \(retry) \(expire) \(minimum)"
    }
}
