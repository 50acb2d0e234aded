// SPDX-License-Identifier: Apache-2.0

/// An IPv6 address without a zone, stored as two integers.
///
/// Zones (`fe80::1%eth0`) are left out on purpose: they have a meaning on one machine only, so DNS cannot return one.
public struct IPv6Address: Hashable, Sendable {
    /// The first eight bytes in host byte order: `0x2001_0db8_0000_0000` for 2001:db8::1.
    public var high: UInt64

    /// The last eight bytes in host byte order: `1` for 2001:db8::1.
    public var low: UInt64

    /// Creates an address from its two halves in host byte order.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Creates the IPv4-mapped form `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2).
    package init(mapping address: IPv4Address) {
        self.init(high: 0, low: 0xffff_0000_0000 | UInt64(address.rawValue))
    }

    /// `::1`.
    public static let loopback = IPv6Address(high: 0, low: 1)

    /// `::`: binds to every local address; not a valid destination.
    public static let unspecified = IPv6Address(high: 0, low: 0)

    /// True if the address is `::1`, or a mapped IPv4 address that is loopback.
    package var isLoopback: Bool {
        self == .loopback || ipv4Mapped?.isLoopback == true
    }

    /// The IPv4 address inside `::ffff:a.b.c.d`, or nil for any other address.
    ///
    /// The older IPv4-compatible form `::a.b.c.d` is deprecated (RFC 4291 section 2.5.5.1) and stays IPv6.
    @inlinable
    package var ipv4Mapped: IPv4Address? {
        guard high == 0, low >> 32 == 0xffff else { return nil }
        return IPv4Address(rawValue: UInt32(truncatingIfNeeded: low))
    }
}

extension IPv6Address: Comparable {
    /// Numeric order, in which neighboring addresses of a subnet are adjacent.
    @inlinable
    public static func < (left: IPv6Address, right: IPv6Address) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension IPv6Address: LosslessStringConvertible {
    /// Parses the text forms of RFC 4291 section 2.2: eight groups, `::` for a run of zero groups, and an IPv4 tail.
    ///
    /// Zone identifiers and brackets are refused; they belong to sockets and to `HostPort`.
    public init?(_ text: String) {
        // 45 is the length of eight full groups of which the last two are a full dotted quad; longer text is refused at
        // once.
        guard text.utf8.count <= 45 else { return nil }
        let ascii = Array(text.utf8)
        guard let groups = Self.expand(ascii) else { return nil }
        self.init(high: Self.join(groups[..<4]), low: Self.join(groups[4...]))
    }

    private static func join(_ groups: ArraySlice<UInt16>) -> UInt64 {
        groups.reduce(0) { $0 << 16 | UInt64($1) }
    }

    private static func expand(_ ascii: [UInt8]) -> [UInt16]? {
        let colon = UInt8(ascii: ":")
        let gap = ascii.indices.dropLast().first { ascii[$0] == colon && ascii[$0 + 1] == colon }
        guard let gap else {
            let groups = Self.groups(ascii[...], endsAddress: true)
            return groups?.count == 8 ? groups : nil
        }
        // A second `::` leaves an empty group in the tail, which `groups(_:endsAddress:)` refuses.
        guard let head = Self.groups(ascii[..<gap], endsAddress: false),
            let tail = Self.groups(ascii[(gap + 2)...], endsAddress: true),
            head.count + tail.count < 8
        else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func groups(_ ascii: ArraySlice<UInt8>, endsAddress: Bool) -> [UInt16]? {
        guard !ascii.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = ascii.split(separator: UInt8(ascii: ":"), maxSplits: 8, omittingEmptySubsequences: false)
        for part in parts {
            if let group = group(part) {
                groups.append(group)
            } else if endsAddress, part.endIndex == ascii.endIndex, let tail = IPv4Address(ascii: part) {
                groups += [UInt16(tail.rawValue >> 16), UInt16(tail.rawValue & 0xffff)]
            } else {
                return nil
            }
        }
        return groups
    }

    private static func group(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var value: UInt16 = 0
        for digit in digits {
            guard digit < 0x80, let nibble = Character(UnicodeScalar(digit)).hexDigitValue else { return nil }
            value = value << 4 | UInt16(nibble)
        }
        return value
    }
}

extension IPv6Address {
    /// The canonical text of RFC 5952: lower case, no leading zeros, `::` for the longest run of two or more zero
    /// groups (the first of equally long ones), and a dotted quad at the end of an IPv4-mapped address (section 5).
    public var description: String {
        if let ipv4Mapped { return "::ffff:\(ipv4Mapped)" }
        let groups = self.groups
        guard let run = Self.longestZeroRun(groups) else { return Self.text(groups[...]) }
        return Self.text(groups[..<run.lowerBound]) + "::" + Self.text(groups[run.upperBound...])
    }

    private var groups: [UInt16] {
        [high, low].flatMap { half in
            [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }

    private static func text(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 {
                start = index + 1
            } else if index + 1 - start > longest.count {
                longest = start..<(index + 1)
            }
        }
        return longest.count >= 2 ? longest : nil
    }
}
