// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

/// Goes through a message once and joins SRV records with the addresses of their targets.
///
/// Consul writes the owner of an address as a pointer to the first SRV target with that name, in the order of the
/// records. So the join is a comparison of offsets with the next expected one, almost always. Owners that are spelled
/// (behind 16 KiB a pointer does not reach the target) and targets that repeat a name are joined by comparing names.
struct ServiceAnswerReader {
    private struct Draft {
        let service: ServiceView
        let kind: TargetReader.Kind
        var found = FoundAddresses()
    }

    private struct Glue {
        let owner: EncodedName
        let address: IPAddress
        let ttl: UInt32
    }

    private var targets: TargetReader
    private var drafts: [Draft] = []
    private var strays: [Glue] = []
    private var nextExpected = 0
    private var leastSeen = UInt32.max

    private(set) var mismatch: AnswerError?
    private(set) var hasEDNS = false
    /// The upper bits of the response code (RFC 6891 section 6.1.3), in their place.
    private(set) var extendedCode: UInt16 = 0

    var leastTTL: UInt32 { drafts.isEmpty ? 0 : leastSeen }

    init(domain: DomainName) {
        targets = TargetReader(domain: domain)
    }

    mutating func read(_ header: MessageHeader, answering question: Question, in bytes: Span<UInt8>) throws(WireError) {
        var cursor = try RecordCursor(header, in: bytes)
        mismatch = try question.mismatch(with: header, in: bytes)
        guard mismatch == nil else { return }
        // The cursor has checked that the message has room for as many.
        drafts.reserveCapacity(Int(header.answerCount))
        while let record = try cursor.next(in: bytes) {
            switch record.section {
            case .answer:
                try readAnswer(record, of: question.name, in: bytes)
            case .additional:
                try readAdditional(record, in: bytes)
            case .authority:
                break
            }
        }
        try settleStrays(in: bytes)
    }

    // MARK: Records

    private mutating func readAnswer(
        _ record: RecordView,
        of name: DomainName,
        in bytes: Span<UInt8>
    ) throws(WireError) {
        guard let service = try record.service(in: bytes) else { return }
        // Almost always the owner is a pointer to the question.
        let owner = try record.owner.resolved(in: bytes)
        if owner.offset != MessageHeader.byteCount {
            guard try owner.isEqual(to: name, in: bytes) else { return }
        }
        let kind = try targets.kind(of: service.target, endingAt: record.dataOffset &+ record.dataCount, in: bytes)
        drafts.append(Draft(service: service, kind: kind))
        leastSeen = min(leastSeen, record.ttl)
    }

    private mutating func readAdditional(_ record: RecordView, in bytes: Span<UInt8>) throws(WireError) {
        if record.type == .opt {
            hasEDNS = true
            extendedCode = UInt16(truncatingIfNeeded: record.ttlField >> 24) << 4
            return
        }
        guard let address = try record.address(in: bytes)?.unmapped else { return }
        let owner = try record.owner.resolved(in: bytes)
        guard let index = draftIndex(ofTargetAt: owner.offset) else {
            strays.append(Glue(owner: owner, address: address, ttl: record.ttl))
            return
        }
        nextExpected = index &+ 1
        join(address, ttl: record.ttl, to: index)
    }

    private mutating func join(_ address: IPAddress, ttl: UInt32, to index: Int) {
        // The name itself is more reliable than a record about it, and needs none.
        if case .address = drafts[index].kind { return }
        drafts[index].found.add(address)
        leastSeen = min(leastSeen, ttl)
    }

    private func draftIndex(ofTargetAt offset: Int) -> Int? {
        if nextExpected < drafts.count, drafts[nextExpected].service.target.offset == offset { return nextExpected }
        // Records come in the order of the message, so the drafts are sorted by the offsets of their targets.
        var range = 0..<drafts.count
        while !range.isEmpty {
            let middle = range.lowerBound &+ range.count / 2
            let found = drafts[middle].service.target.offset
            if found == offset { return middle }
            range = found < offset ? (middle &+ 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    // MARK: Names that are not joined by offset

    /// Every name is gathered once and shared by the instances that it is the target of, so that the time this takes
    /// does not grow with their number times that of its addresses.
    private mutating func settleStrays(in bytes: Span<UInt8>) throws(WireError) {
        guard drafts.contains(where: needsAddress) else { return }
        var table = AddressTable()
        for stray in strays { try table.add([stray.address], to: stray.owner, ttl: stray.ttl, in: bytes) }
        for draft in drafts where draft.found.first != nil {
            try table.add(draft.found.all, to: draft.service.target, ttl: .max, in: bytes)
        }
        guard !table.isEmpty else { return }
        for index in drafts.indices where needsAddress(drafts[index]) {
            guard let entry = try table.entry(of: drafts[index].service.target, in: bytes) else { continue }
            drafts[index].found = entry.addresses
            leastSeen = min(leastSeen, entry.leastTTL)
        }
    }

    private func needsAddress(_ draft: Draft) -> Bool {
        if draft.found.first != nil { return false }
        return switch draft.kind {
        case .address, .root: false
        default: true
        }
    }

    // MARK: Instances

    func instances(in bytes: Span<UInt8>) throws(WireError) -> [ServiceInstance] {
        var instances: [ServiceInstance] = []
        instances.reserveCapacity(drafts.count)
        for draft in drafts {
            instances.append(
                ServiceInstance(
                    priority: draft.service.priority,
                    weight: draft.service.weight,
                    port: draft.service.port,
                    target: try target(of: draft, in: bytes)
                )
            )
        }
        return instances
    }

    private func target(of draft: Draft, in bytes: Span<UInt8>) throws(WireError) -> ServiceInstance.Target {
        switch draft.kind {
        case .address(let address):
            return .address(address, node: nil)
        case .root:
            return .unavailable
        case .node(let label):
            return try node(text(of: label, in: bytes), draft, in: bytes)
        case .dottedNode(let name):
            return try node(name, draft, in: bytes)
        case .otherConsulName:
            return .consulName(try DomainName(draft.service.target, in: bytes), addresses: draft.found.all)
        case .foreign:
            if let address = draft.found.only { return .address(address, node: nil) }
            // Which of several addresses to use is for whoever connects (RFC 8305), so the name is handed on.
            let name = try DomainName(draft.service.target, in: bytes)
            // In presentation format: a dot within a label comes out escaped, and is not one between two labels.
            return Host(String(name.description.dropLast())).map { .host($0) } ?? .invalid(name)
        }
    }

    private func node(
        _ node: String,
        _ draft: Draft,
        in bytes: Span<UInt8>
    ) throws(WireError) -> ServiceInstance.Target {
        if let address = draft.found.only { return .address(address, node: node) }
        return .node(node, addresses: draft.found.all, name: try DomainName(draft.service.target, in: bytes))
    }

    private func text(of label: Range<Int>, in bytes: Span<UInt8>) -> String {
        bytes.extracting(label).withUnsafeBufferPointer { label in
            String(decoding: label, as: UTF8.self)
        }
    }
}
