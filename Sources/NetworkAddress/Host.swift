// SPDX-License-Identifier: Apache-2.0

/// The target of a connection: an address, or a name that has yet to be resolved. Addresses come before names, addresses
/// in numeric order, names in Unicode order.
public enum Host: Hashable, Comparable, Sendable {
    /// An address, ready to connect to.
    case address(IPAddress)

    /// A host name. It is not checked here; `init(_:)` checks it.
    case name(String)
}

extension Host: LosslessStringConvertible {
    /// Parses an address, or a host name of letters, digits, `-` and `_` in labels of 1 to 63 bytes.
    ///
    /// A name with a last label of digits only is refused: it can only be a mistyped IPv4 address (`10.0.0.256`,
    /// `010.0.0.1`), as no top-level domain looks like that (RFC 3696 section 2). International names are accepted in
    /// their ASCII form only, the form in which DNS carries them (RFC 5890).
    public init?(_ text: String) {
        if let address = IPAddress(text) {
            self = .address(address)
        } else if Self.isName(Array(text.utf8)) {
            self = .name(text)
        } else {
            return nil
        }
    }

    private static func isName(_ ascii: [UInt8]) -> Bool {
        var labels = ascii.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // A trailing dot marks the name as complete.
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        // 253 bytes of text are the 255 of RFC 1035 section 2.3.4 less the first length and the root.
        guard let last = labels.last, labels.reduce(labels.count - 1, { $0 + $1.count }) <= 253 else { return false }
        return !last.allSatisfy(isDigit) && labels.allSatisfy(isLabel)
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        (1...63).contains(label.count) && label.allSatisfy(isNameByte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: isDigit(byte)
        }
    }

    /// The address without brackets, or the name.
    public var description: String {
        switch self {
        case .address(let address): address.description
        case .name(let name): name
        }
    }
}

extension Host {
    /// True if a connection is possible at all; always true for a name.
    package var canBeConnectedTo: Bool {
        if case .address(let address) = self { address.canBeConnectedTo } else { true }
    }
}
