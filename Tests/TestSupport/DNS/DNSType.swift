// SPDX-License-Identifier: Apache-2.0

/// The numbers of record types.
public enum DNSType {
    /// An IPv4 address.
    public static let a: UInt16 = 1
    /// A nameserver.
    public static let ns: UInt16 = 2
    /// A canonical name.
    public static let cname: UInt16 = 5
    /// The start of a zone.
    public static let soa: UInt16 = 6
    /// A name for an address.
    public static let ptr: UInt16 = 12
    /// Text.
    public static let txt: UInt16 = 16
    /// An IPv6 address.
    public static let aaaa: UInt16 = 28
    /// The location of a service.
    public static let srv: UInt16 = 33
    /// The pseudo-record of EDNS.
    public static let opt: UInt16 = 41
}
