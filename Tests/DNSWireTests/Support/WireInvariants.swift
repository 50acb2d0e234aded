// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

/// Invariants for arbitrary bytes, checked by trapping: both the mutation tests and the fuzzer run them.
enum WireInvariants {
    static func check(_ bytes: [UInt8]) {
        checkMessage(bytes)
        checkNames(bytes)
        checkText(bytes)
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
        for question in message.questions {
            checkRoundTrip(question.name)
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
        precondition(!record.description.isEmpty)
        checkRoundTrip(record.name)
        switch record.data {
        case .a(let address):
            precondition((try? view.address(in: bytes)) == .v4(address), "the cursor sees another address")
        case .aaaa(let address):
            precondition((try? view.address(in: bytes)) == .v6(address), "the cursor sees another address")
            precondition(IPv6Address(address.description) == address, "an address is read as another")
        case .srv(let service):
            let copy = try? view.service(in: bytes)
            precondition(copy?.port == service.port, "the cursor sees another service")
            checkRoundTrip(service.target)
        default: break
        }
    }

    /// Checks that all functions that read a name agree with each other, at any offset.
    private static func checkNames(_ bytes: [UInt8]) {
        for offset in stride(from: 12, to: bytes.count, by: max(1, bytes.count / 6)) {
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
            let first = EncodedName(offset: 12)
            if let other = try? DomainName(first, in: bytes) {
                precondition((try? name.isEqual(to: first, in: bytes)) == (copy == other), "readers disagree")
            }
            checkRoundTrip(copy)
        }
    }

    private static func checkRoundTrip(_ name: DomainName) {
        precondition((1...255).contains(name.wireBytes.count), "a name exceeds its limits")
        let copy = try? DomainName(name.description)
        precondition(copy?.wireBytes == name.wireBytes, "a name is read as another")
        precondition(name.lowercased == name && name.lowercased.hashValue == name.hashValue, "case matters")
        precondition(name.isSubdomain(of: .root))
        if let parent = name.parent { precondition(name.isSubdomain(of: parent) && !parent.isSubdomain(of: name)) }
    }

    /// Checks that the text of a name is parsed to the same name again.
    private static func checkText(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.prefix(300), as: UTF8.self)
        if let name = try? DomainName(text) { checkRoundTrip(name) }
        if let address = IPAddress(text) { precondition(IPAddress(address.description) == address) }
        if let pair = try? HostPort(text, defaultPort: 1) { precondition((try? HostPort(pair.description)) == pair) }
    }
}
