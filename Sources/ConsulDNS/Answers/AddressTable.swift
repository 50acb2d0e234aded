// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

/// The addresses of one name. There is usually one; an array is only allocated for more, and copies share it.
struct FoundAddresses {
    private(set) var first: IPAddress?
    /// All addresses if there are several: the families of a node, or a name that several instances share.
    private var several: [IPAddress] = []

    init() {}

    init(_ first: IPAddress) {
        self.first = first
    }

    var all: [IPAddress] { several.isEmpty ? first.map { [$0] } ?? [] : several }
    var only: IPAddress? { several.isEmpty ? first : nil }

    mutating func add(_ new: IPAddress) {
        guard let first else { return first = new }
        if several.isEmpty {
            if first != new { several = [first, new] }
        } else if !several.contains(new) {
            several.append(new)
        }
    }
}

/// The addresses that a message contains for names that are matched by comparison, each name once.
struct AddressTable {
    struct Entry {
        let name: EncodedName
        var addresses = FoundAddresses()
        var leastTTL = UInt32.max
    }

    private var entries: [Entry] = []
    private var indices: [UInt64: [Int]] = [:]

    var isEmpty: Bool { entries.isEmpty }

    mutating func add(
        _ addresses: [IPAddress],
        to name: EncodedName,
        ttl: UInt32,
        in bytes: Span<UInt8>
    ) throws(WireError) {
        let hash = try name.caseInsensitiveHash(in: bytes)
        let index: Int
        if let known = try place(of: name, hash: hash, in: bytes) {
            index = known
        } else {
            index = entries.count
            entries.append(Entry(name: name))
            indices[hash, default: []].append(index)
        }
        for address in addresses { entries[index].addresses.add(address) }
        entries[index].leastTTL = min(entries[index].leastTTL, ttl)
    }

    func entry(of name: EncodedName, in bytes: Span<UInt8>) throws(WireError) -> Entry? {
        try place(of: name, hash: try name.caseInsensitiveHash(in: bytes), in: bytes).map { entries[$0] }
    }

    private func place(of name: EncodedName, hash: UInt64, in bytes: Span<UInt8>) throws(WireError) -> Int? {
        for index in indices[hash] ?? [] where try entries[index].name.isEqual(to: name, in: bytes) { return index }
        return nil
    }
}
