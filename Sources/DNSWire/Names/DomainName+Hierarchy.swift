// SPDX-License-Identifier: Apache-2.0

extension DomainName {
    /// True if this is the root.
    public var isRoot: Bool {
        wireBytes.count == 1
    }

    /// The name without its leftmost label, or nil for the root.
    public var parent: DomainName? {
        guard !isRoot else { return nil }
        return DomainName(uncheckedWireBytes: Array(wireBytes.dropFirst(1 + Int(wireBytes[0]))))
    }

    /// Returns true if the name lies within the given domain; a domain lies within itself (RFC 9499 section 7).
    public func isSubdomain(of domain: DomainName) -> Bool {
        let surplus = wireBytes.count - domain.wireBytes.count
        guard surplus >= 0 else { return false }
        // The suffix counts only where a label starts: "xconsul." is not within "consul.".
        var offset = 0
        while offset < surplus {
            offset += 1 + Int(wireBytes[offset])
        }
        return offset == surplus
            && zip(wireBytes[surplus...], domain.wireBytes).allSatisfy { lowercasedASCII($0) == lowercasedASCII($1) }
    }
}
