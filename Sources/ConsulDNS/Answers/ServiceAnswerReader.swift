// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

/// A reader that parses a message in one pass and joins SRV records with the addresses of their targets.
///
/// A target that encodes its address needs no record. For the others Consul writes the owner of an address as a pointer
/// to the first SRV target with that name, in the order of the records. So the join almost always compares one offset
/// with the next expected one. Owners that are spelled out (behind 16 KiB a pointer does not reach the target) and
/// targets that repeat a name are joined by comparing names.
struct ServiceAnswerReader {
    /// An instance with a target that needs an address record. Holds no references, as there may be hundreds.
    private struct Open {
        let instance: Int
        let name: EncodedName
        let kind: TargetReader.Kind
        /// The first address; the others are in `several`.
        var address: IPAddress?
        var hasOthers = false
    }

    private var targets: TargetReader
    private var open: [Open] = []
    /// All addresses by the index in `open`, for targets with more than one.
    private var several: [Int: FoundAddresses] = [:]
    /// Addresses of names that are no target by their offset.
    private var strays: [(owner: EncodedName, address: IPAddress, ttl: UInt32)] = []
    private var nextExpected = 0
    private var leastSeen = UInt32.max

    /// SRV records with another owner than the queried name, until the aliases are known.
    private var elsewhere: [RecordView] = []
    private var aliases = AliasChain()
    private var detector: TrimmingDetector?
    private var hasRecursors = false

    private(set) var instances: [ServiceInstance] = []
    /// True if the answer section has records that are neither an instance nor a link of the CNAME chain to one.
    private(set) var hasUnrelatedRecords = false
    /// True if the answer section has aliases, but no instance at their end.
    var hasOnlyAliases: Bool { instances.isEmpty && !aliases.isEmpty }
    /// True if the owners of SRV records are pointers to the question.
    private(set) var isCompressed = true
    private(set) var mismatch: AnswerError?
    private(set) var hasEDNS = false
    /// True if the additional section proves that no record was trimmed.
    var isUntrimmed: Bool { detector?.isRefuted ?? false }
    /// The upper bits of the response code (RFC 6891 section 6.1.3), shifted into place.
    private(set) var extendedCode: UInt16 = 0

    var leastTTL: UInt32 { instances.isEmpty ? 0 : leastSeen }

    init(domain: DomainName) {
        targets = TargetReader(domain: domain)
    }

    mutating func read(_ header: MessageHeader, answering question: Question, in bytes: Span<UInt8>) throws(WireError) {
        var cursor = try RecordCursor(header, in: bytes)
        mismatch = try question.mismatch(with: header, in: bytes)
        guard mismatch == nil else { return }
        // The cursor has checked that the message is large enough for this count.
        instances.reserveCapacity(Int(header.answerCount))
        hasRecursors = header.flags.contains(.recursionAvailable)
        var detector = TrimmingDetector(header)
        while let record = try cursor.next(in: bytes) {
            switch record.section {
            case .answer:
                try readAnswer(record, of: question.name, in: bytes)
            case .additional:
                if !elsewhere.isEmpty { try joinElsewhere(to: question.name, in: bytes) }
                try detector.examine(record, in: bytes)
                try readAdditional(record, in: bytes)
            case .authority:
                break
            }
        }
        try joinElsewhere(to: question.name, in: bytes)
        try detector.finish(in: bytes)
        self.detector = detector
        guard !open.isEmpty else { return }
        try joinStrays(in: bytes)
        for index in open.indices { try close(index, in: bytes) }
    }

    // MARK: Records

    /// A pointer to the question, with which every SRV record of Consul begins.
    private static let questionPointer = UInt16(0xC000) | UInt16(MessageHeader.byteCount)

    private mutating func readAnswer(
        _ record: RecordView,
        of name: DomainName,
        in bytes: Span<UInt8>
    ) throws(WireError) {
        guard record.type == .srv, record.recordClass == .internet else {
            if record.type == .cname { return try aliases.add(record, in: bytes) }
            return hasUnrelatedRecords = true
        }
        if bytes.readUInt16(at: record.owner.offset) != Self.questionPointer {
            guard try record.owner.isEqual(to: name, in: bytes) else { return elsewhere.append(record) }
            isCompressed = false
        }
        try addInstance(record, in: bytes)
    }

    /// Adds the records of the name at the end of the answer's aliases (RFC 1034 section 3.6.2). A forwarder that
    /// rewrites names answers like this.
    private mutating func joinElsewhere(to name: DomainName, in bytes: Span<UInt8>) throws(WireError) {
        for record in elsewhere {
            if try aliases.lead(from: name, to: record.owner, in: bytes) {
                try addInstance(record, in: bytes)
            } else {
                hasUnrelatedRecords = true
            }
        }
        elsewhere = []
    }

    private mutating func addInstance(_ record: RecordView, in bytes: Span<UInt8>) throws(WireError) {
        guard record.dataCount > 6 else { throw WireError(.badRecordLength, at: record.dataOffset) }
        let target = EncodedName(offset: record.dataOffset &+ 6)
        let kind = try targets.kind(of: target, endingAt: record.dataOffset &+ record.dataCount, in: bytes)
        leastSeen = min(leastSeen, record.ttl)
        let known: ServiceInstance.Target
        if case .address(let address) = kind {
            known = .address(address, node: nil)
        } else {
            known = .unavailable
            if case .root = kind {} else { open.append(Open(instance: instances.count, name: target, kind: kind)) }
        }
        instances.append(
            ServiceInstance(
                priority: bytes.readUInt16(at: record.dataOffset),
                weight: bytes.readUInt16(at: record.dataOffset &+ 2),
                port: bytes.readUInt16(at: record.dataOffset &+ 4),
                target: known
            )
        )
    }

    private mutating func readAdditional(_ record: RecordView, in bytes: Span<UInt8>) throws(WireError) {
        if record.type == .opt {
            hasEDNS = true
            extendedCode = UInt16(truncatingIfNeeded: record.ttlField >> 24) << 4
            return
        }
        guard !open.isEmpty, let address = try record.address(in: bytes)?.unmapped else { return }
        let owner = try record.owner.resolved(in: bytes)
        guard let index = indexOfTarget(at: owner.offset) else {
            strays.append((owner, address, record.ttl))
            return
        }
        nextExpected = index &+ 1
        join(address, ttl: record.ttl, to: index)
    }

    private mutating func join(_ address: IPAddress, ttl: UInt32, to index: Int) {
        leastSeen = min(leastSeen, ttl)
        guard let first = open[index].address else { return open[index].address = address }
        guard open[index].hasOthers || first != address else { return }
        open[index].hasOthers = true
        several[index, default: FoundAddresses(first)].add(address)
    }

    private func addresses(of index: Int) -> FoundAddresses {
        if open[index].hasOthers, let several = several[index] { return several }
        return open[index].address.map { FoundAddresses($0) } ?? FoundAddresses()
    }

    private func indexOfTarget(at offset: Int) -> Int? {
        if nextExpected < open.count, open[nextExpected].name.offset == offset { return nextExpected }
        // Records are read in the order of the message, so their targets are sorted by offset.
        var range = 0..<open.count
        while !range.isEmpty {
            let middle = range.lowerBound &+ range.count / 2
            let found = open[middle].name.offset
            if found == offset { return middle }
            range = found < offset ? (middle &+ 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    // MARK: Names that are not joined by offset

    /// Joins the remaining addresses by name. Each name is collected once and shared by the instances that have it as
    /// their target, so the cost does not grow with the product of instances and addresses.
    private mutating func joinStrays(in bytes: Span<UInt8>) throws(WireError) {
        guard open.contains(where: { $0.address == nil }) else { return }
        var table = AddressTable()
        for stray in strays { try table.add([stray.address], to: stray.owner, ttl: stray.ttl, in: bytes) }
        for index in open.indices where open[index].address != nil {
            try table.add(addresses(of: index).all, to: open[index].name, ttl: .max, in: bytes)
        }
        guard !table.isEmpty else { return }
        for index in open.indices where open[index].address == nil {
            guard let entry = try table.entry(of: open[index].name, in: bytes) else { continue }
            open[index].address = entry.addresses.first
            open[index].hasOthers = entry.addresses.only == nil
            if open[index].hasOthers { several[index] = entry.addresses }
            leastSeen = min(leastSeen, entry.leastTTL)
        }
    }

    // MARK: Targets

    private mutating func close(_ index: Int, in bytes: Span<UInt8>) throws(WireError) {
        let name = open[index].name
        let target: ServiceInstance.Target
        switch open[index].kind {
        case .node(let label):
            target = try node(text(of: label, in: bytes), index, in: bytes)
        case .dottedNode:
            target = try node(targets.dottedNode(name, in: bytes), index, in: bytes)
        case .otherConsulName:
            target = .consulName(try DomainName(name, in: bytes), addresses: addresses(of: index).all)
        case .foreign:
            // Without recursors, the address comes from Consul itself: 1.8 names its first domain in answers for its
            // second. A recursor's address is not used; the target remains a name, as in the HTTP API: which of several
            // addresses to use is decided when a connection is made (RFC 8305).
            if !hasRecursors, !open[index].hasOthers, let address = open[index].address {
                target = .address(address, node: nil)
            } else {
                target = .foreign(try DomainName(name, in: bytes))
            }
        case .address, .root:
            return
        }
        instances[open[index].instance].target = target
    }

    private func node(_ node: String, _ index: Int, in bytes: Span<UInt8>) throws(WireError) -> ServiceInstance.Target {
        if let address = open[index].address, !open[index].hasOthers { return .address(address, node: node) }
        return .node(node, addresses: addresses(of: index).all, name: try DomainName(open[index].name, in: bytes))
    }

    private func text(of label: Range<Int>, in bytes: Span<UInt8>) -> String {
        bytes.extracting(label).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
