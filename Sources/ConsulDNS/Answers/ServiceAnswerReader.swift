// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

/// Goes through a message once and joins SRV records with the addresses of their targets.
///
/// A target that spells its address needs nothing more. For the others Consul writes the owner of an address as a
/// pointer to the first SRV target with that name, in the order of the records, so the join is a comparison of offsets
/// with the next expected one, almost always. Owners that are spelled (behind 16 KiB a pointer does not reach the
/// target) and targets that repeat a name are joined by comparing names.
struct ServiceAnswerReader {
    /// An instance whose target has to be explained by an address record. Without references, as there may be hundreds.
    private struct Open {
        let instance: Int
        let name: EncodedName
        let kind: TargetReader.Kind
        var address: IPAddress?
        var hasOthers = false
    }

    private struct Glue {
        let owner: EncodedName
        let address: IPAddress
        let ttl: UInt32
    }

    private var targets: TargetReader
    private var open: [Open] = []
    /// Addresses other than the first, by the index in `open`: several families of a node, or a name that several
    /// instances share.
    private var otherAddresses: [Int: [IPAddress]] = [:]
    private var strays: [Glue] = []
    private var nextExpected = 0
    private var leastSeen = UInt32.max

    private(set) var instances: [ServiceInstance] = []
    private(set) var mismatch: AnswerError?
    private(set) var hasEDNS = false
    /// The upper bits of the response code (RFC 6891 section 6.1.3), in their place.
    private(set) var extendedCode: UInt16 = 0

    var leastTTL: UInt32 { instances.isEmpty ? 0 : leastSeen }

    init(domain: DomainName) {
        targets = TargetReader(domain: domain)
    }

    mutating func read(_ header: MessageHeader, answering question: Question, in bytes: Span<UInt8>) throws(WireError) {
        var cursor = try RecordCursor(header, in: bytes)
        mismatch = try question.mismatch(with: header, in: bytes)
        guard mismatch == nil else { return }
        // The cursor has checked that the message has room for as many.
        instances.reserveCapacity(Int(header.answerCount))
        while let record = try cursor.next(in: bytes) {
            switch record.section {
            case .answer: try readAnswer(record, of: question.name, in: bytes)
            case .additional: try readAdditional(record, in: bytes)
            case .authority: break
            }
        }
        guard !open.isEmpty else { return }
        try joinStrays(in: bytes)
        for index in open.indices { try close(index, in: bytes) }
    }

    // MARK: Records

    /// A pointer to the question, which is how every SRV record begins.
    private static let questionPointer = UInt16(0xC000) | UInt16(MessageHeader.byteCount)

    private mutating func readAnswer(
        _ record: RecordView,
        of name: DomainName,
        in bytes: Span<UInt8>
    ) throws(WireError) {
        guard record.type == .srv, record.recordClass == .internet else { return }
        guard record.dataCount > 6 else { throw WireError(.badRecordLength, at: record.dataOffset) }
        if bytes.readUInt16(at: record.owner.offset) != Self.questionPointer {
            guard try record.owner.isEqual(to: name, in: bytes) else { return }
        }
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
            strays.append(Glue(owner: owner, address: address, ttl: record.ttl))
            return
        }
        nextExpected = index &+ 1
        join(address, ttl: record.ttl, to: index)
    }

    private mutating func join(_ address: IPAddress, ttl: UInt32, to index: Int) {
        leastSeen = min(leastSeen, ttl)
        if open[index].address == nil {
            open[index].address = address
        } else if !addresses(of: index).contains(address) {
            open[index].hasOthers = true
            otherAddresses[index, default: []].append(address)
        }
    }

    private func addresses(of index: Int) -> [IPAddress] {
        guard let first = open[index].address else { return [] }
        return open[index].hasOthers ? [first] + (otherAddresses[index] ?? []) : [first]
    }

    private func indexOfTarget(at offset: Int) -> Int? {
        if nextExpected < open.count, open[nextExpected].name.offset == offset { return nextExpected }
        // Records come in the order of the message, so their targets are sorted by offset.
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

    private mutating func joinStrays(in bytes: Span<UInt8>) throws(WireError) {
        guard open.contains(where: { $0.address == nil }) else { return }
        var byHash: [UInt64: [Glue]] = [:]
        for stray in strays { byHash[try stray.owner.caseInsensitiveHash(in: bytes), default: []].append(stray) }
        for index in open.indices where open[index].address != nil {
            let name = open[index].name
            let glue = addresses(of: index).map { Glue(owner: name, address: $0, ttl: .max) }
            byHash[try name.caseInsensitiveHash(in: bytes), default: []] += glue
        }
        guard !byHash.isEmpty else { return }
        for index in open.indices where open[index].address == nil {
            let name = open[index].name
            for glue in byHash[try name.caseInsensitiveHash(in: bytes)] ?? []
            where try glue.owner.isEqual(to: name, in: bytes) {
                join(glue.address, ttl: glue.ttl, to: index)
            }
        }
    }

    // MARK: Targets

    private mutating func close(_ index: Int, in bytes: Span<UInt8>) throws(WireError) {
        let name = open[index].name
        let onlyAddress = open[index].hasOthers ? nil : open[index].address
        let target: ServiceInstance.Target
        switch open[index].kind {
        case .node(let label):
            target = try node(text(of: label, in: bytes), index, in: bytes)
        case .dottedNode:
            target = try node(targets.dottedNode(name, in: bytes), index, in: bytes)
        case .otherConsulName:
            target = .consulName(try DomainName(name, in: bytes), addresses: addresses(of: index))
        case .foreign:
            // Which of several addresses to use is for whoever connects (RFC 8305), so then the name is handed on.
            if let onlyAddress {
                target = .address(onlyAddress, node: nil)
            } else {
                target = try foreign(name, in: bytes)
            }
        case .address, .root:
            return
        }
        instances[open[index].instance].target = target
    }

    private func node(_ node: String, _ index: Int, in bytes: Span<UInt8>) throws(WireError) -> ServiceInstance.Target {
        if let address = open[index].address, !open[index].hasOthers { return .address(address, node: node) }
        return .node(node, addresses: addresses(of: index), name: try DomainName(open[index].name, in: bytes))
    }

    private func foreign(_ name: EncodedName, in bytes: Span<UInt8>) throws(WireError) -> ServiceInstance.Target {
        let name = try DomainName(name, in: bytes)
        let text = name.labels.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
        return Host(text).map { .host($0) } ?? .invalid(name)
    }

    private func text(of label: Range<Int>, in bytes: Span<UInt8>) -> String {
        bytes.extracting(label).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
