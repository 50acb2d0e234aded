// SPDX-License-Identifier: Apache-2.0

import DNSWire

/// The CNAME records of one answer section, which lead from the queried name to the one that has the records (RFC 1034
/// section 3.6.2).
struct AliasChain {
    /// The maximum number of links, more than any resolver puts into one answer. Later ones are not read.
    static let maximumLength = 16

    private var aliases: [(owner: EncodedName, target: EncodedName)] = []

    var isEmpty: Bool { aliases.isEmpty }

    mutating func add(_ record: RecordView, in bytes: Span<UInt8>) throws(WireError) {
        guard record.recordClass == .internet, aliases.count < Self.maximumLength else { return }
        let target = EncodedName(offset: record.dataOffset)
        guard try target.end(in: bytes) == record.dataOffset &+ record.dataCount else {
            throw WireError(.badRecordLength, at: record.dataOffset)
        }
        aliases.append((record.owner, target))
    }

    /// Returns true if the chain from `name` leads to `owner`. A cycle is followed for at most as many steps as there
    /// are links.
    func lead(from name: DomainName, to owner: EncodedName, in bytes: Span<UInt8>) throws(WireError) -> Bool {
        var target: EncodedName?
        for alias in aliases where try alias.owner.isEqual(to: name, in: bytes) {
            target = alias.target
            break
        }
        for _ in aliases {
            guard let name = target else { return false }
            if try name.isEqual(to: owner, in: bytes) { return true }
            target = nil
            for alias in aliases where try alias.owner.isEqual(to: name, in: bytes) {
                target = alias.target
                break
            }
        }
        return false
    }
}
