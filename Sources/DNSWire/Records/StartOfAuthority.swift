// SPDX-License-Identifier: Apache-2.0

/// The data of an SOA record (RFC 1035 section 3.3.13).
package struct StartOfAuthority: Hashable, Sendable {
    /// The primary server of the zone.
    package var primaryServer: DomainName

    /// The mailbox of the person responsible, with its `@` written as a dot.
    package var mailbox: DomainName

    /// The version of the zone; Consul sends the time, in seconds since 1970.
    package var serial: UInt32

    /// The number of seconds after which a secondary checks for a new version.
    package var refresh: UInt32

    /// The number of seconds after which it checks again if that failed.
    package var retry: UInt32

    /// The number of seconds without success after which it discards the zone.
    package var expire: UInt32

    /// The maximum number of seconds for which a negative answer may be cached, together with the record's TTL (RFC
    /// 2308 section 5).
    package var minimum: UInt32

    /// Creates the data from its seven fields.
    package init(
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
    package var description: String {
        "\(primaryServer) \(mailbox) \(serial) \(refresh) \(retry) \(expire) \(minimum)"
    }
}
