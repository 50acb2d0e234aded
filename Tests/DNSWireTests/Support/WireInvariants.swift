// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

/// Invariants of messages for any bytes, checked by trapping: both the mutation tests and the fuzzer run them. Names as
/// text have invariants of their own (`NameInvariants`).
enum WireInvariants {
    static func check(_ bytes: [UInt8]) {
        checkMessage(bytes)
        checkNames(bytes)
    }

    /// Checks that both readers find the same records, and that the cursor accepts every message that the strict reader
    /// accepts.
    private static func checkMessage(_ bytes: [UInt8]) {
        let views = try? views(bytes)
        guard let message = try? Message(parsing: bytes) else { return }
        guard let views else { preconditionFailure("the cursor refuses a message that decodes") }
        let records = message.answers + message.authority + message.additional
        precondition(records.count == views.count, "the cursor sees other records")
        for (record, view) in zip(records, views) {
            check(record, view, in: bytes)
        }
        // Text takes longer than all the rest, and one record of an input is enough for a fuzzer.
        if let record = records.last { precondition(!record.description.isEmpty, "a record without text") }
        for question in message.questions {
            checkSize(question.name)
            let query = QueryMessage(id: message.id, question: question, ednsPayloadSize: 1232)
            let copy = try? Message(parsing: query.encoded)
            precondition(copy?.questions == [question], "a query is read as another")
        }
    }

    private static func views(_ bytes: [UInt8]) throws(WireError) -> [RecordView] {
        var cursor = try RecordCursor(bytes)
        var views: [RecordView] = []
        while let view = try cursor.next(in: bytes) {
            precondition(view.dataOffset + view.dataCount <= bytes.count, "data outside the message")
            _ = try? view.service(in: bytes)
            _ = try? view.address(in: bytes)
            views.append(view)
        }
        return views
    }

    private static func check(_ record: ResourceRecord, _ view: RecordView, in bytes: [UInt8]) {
        precondition(record.type == view.type && record.ttl == view.ttl, "the cursor sees another record")
        precondition(record.ttl < 1 << 31, "a TTL of more than 68 years")
        checkSize(record.name)
        switch record.data {
        case .a(let address):
            precondition((try? view.address(in: bytes)) == .v4(address), "the cursor sees another address")
        case .aaaa(let address):
            precondition((try? view.address(in: bytes)) == .v6(address), "the cursor sees another address")
        case .srv(let service):
            let copy = try? view.service(in: bytes)
            precondition(copy?.port == service.port, "the cursor sees another service")
            checkSize(service.target)
        default: break
        }
    }

    /// Checks that all functions that read a name agree with each other, at any offset.
    private static func checkNames(_ bytes: [UInt8]) {
        let start = MessageHeader.byteCount
        let first = EncodedName(offset: start)
        let other = try? DomainName(first, in: bytes)
        for offset in stride(from: start, to: bytes.count, by: max(1, bytes.count / 6)) {
            let name = EncodedName(offset: offset)
            let copy = try? DomainName(name, in: bytes)
            let hash = try? name.caseInsensitiveHash(in: bytes)
            precondition((copy == nil) == (hash == nil), "only one function that reads a name fails")
            guard let copy else { continue }
            guard let end = try? name.end(in: bytes), let resolved = try? name.resolved(in: bytes) else {
                preconditionFailure("a valid name has no end or does not resolve")
            }
            precondition(offset < end && end <= bytes.count && resolved.offset <= offset, "a name leaves its bounds")
            precondition((try? resolved.isEqual(to: name, in: bytes)) == true, "a name differs from itself")
            precondition((try? name.isEqual(to: copy, in: bytes)) == true, "a name differs from its copy")
            precondition((try? resolved.caseInsensitiveHash(in: bytes)) == hash, "equal names, different hashes")
            if let other {
                precondition((try? name.isEqual(to: first, in: bytes)) == (copy == other), "readers disagree")
            }
            checkSize(copy)
        }
    }

    /// Checks the sizes of a name and its labels (RFC 1035 section 2.3.4).
    private static func checkSize(_ name: DomainName) {
        precondition(name.wireBytes.count <= 255, "a name exceeds its limit")
        var offset = 0
        while name.wireBytes[offset] != 0 {
            precondition(name.wireBytes[offset] < 64, "a label exceeds its limit")
            offset += 1 + Int(name.wireBytes[offset])
        }
        precondition(offset == name.wireBytes.count - 1, "a name goes on behind its root")
    }
}
