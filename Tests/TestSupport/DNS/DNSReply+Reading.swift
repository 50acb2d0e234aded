// SPDX-License-Identifier: Apache-2.0

extension DNSReply {
    /// Reads a message; `nil` if it is malformed. Written independently of the product's code.
    ///
    /// Data of types without a case in ``DNSRecord/Content`` is copied unchanged, which is correct as long as it
    /// contains no names.
    init?(reading message: [UInt8]) {
        var reader = MessageReader(message)
        guard let id = reader.number(), let flags = reader.number(),
            let questions = reader.number(), questions == 1,
            let answers = reader.number(), let authority = reader.number(), let additional = reader.number(),
            let name = reader.name(), let type = reader.number(), reader.number() != nil,
            let code = DNSReplyCode(rawValue: UInt8(flags & 0xF)),
            let first = reader.records(answers), let second = reader.records(authority),
            let third = reader.records(additional)
        else { return nil }
        self.init(id: id, name: name, type: type)
        self.code = code
        isAuthoritative = flags & 0x0400 != 0
        isTruncated = flags & 0x0200 != 0
        recursionAvailable = flags & 0x0080 != 0
        self.answers = first
        self.authority = second
        self.additional = third
    }
}

/// Reads the parts of a message. A result of nil means that the message is malformed.
private struct MessageReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func byte() -> UInt8? {
        guard place < bytes.count else { return nil }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number() -> UInt16? {
        guard let high = byte(), let low = byte() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    mutating func longNumber() -> UInt32? {
        guard let high = number(), let low = number() else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard bytes.count - place >= count else { return nil }
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    mutating func name() -> DNSName? {
        var labels: [[UInt8]] = []
        var end: Int?
        while let length = byte() {
            switch length {
            case 0:
                if let end { place = end }
                return DNSName(labels: labels)
            case 1..<64:
                guard let label = take(Int(length)) else { return nil }
                labels.append(label)
            case 0xC0...:
                guard let low = byte() else { return nil }
                let target = Int(length & 0x3F) << 8 | Int(low)
                // Pointers may only go backwards, which guarantees that the loop ends.
                guard target < place - 2 else { return nil }
                end = end ?? place
                place = target
            default: return nil
            }
        }
        return nil
    }

    mutating func records(_ count: UInt16) -> [DNSRecord]? {
        var records: [DNSRecord] = []
        for _ in 0..<count {
            guard let owner = name(), let type = number(), let recordClass = number(), let ttl = longNumber(),
                let length = number(), bytes.count - place >= Int(length)
            else { return nil }
            let end = place + Int(length)
            guard let content = content(type, until: end), place == end else { return nil }
            records.append(DNSRecord(owner, ttl: ttl, recordClass: recordClass, content))
        }
        return records
    }

    private mutating func content(_ type: UInt16, until end: Int) -> DNSRecord.Content? {
        switch type {
        case DNSType.a: take(4).map { .a($0.map(String.init).joined(separator: ".")) }
        case DNSType.aaaa: take(16).map { .aaaa(Self.address($0)) }
        case DNSType.cname: name().map { .cname($0) }
        case DNSType.ns: name().map { .ns($0) }
        case DNSType.ptr: name().map { .ptr($0) }
        case DNSType.srv: service()
        case DNSType.soa: startOfAuthority()
        case DNSType.txt: texts(until: end)
        default: take(end - place).map { .raw(type: type, $0) }
        }
    }

    private mutating func service() -> DNSRecord.Content? {
        guard let priority = number(), let weight = number(), let port = number(), let target = name() else {
            return nil
        }
        return .srv(priority: priority, weight: weight, port: port, target: target)
    }

    private mutating func startOfAuthority() -> DNSRecord.Content? {
        guard let server = name(), let mailbox = name(), let serial = longNumber(), let refresh = longNumber(),
            let retry = longNumber(), let expire = longNumber(), let minimum = longNumber()
        else { return nil }
        return .soa(
            server,
            mailbox,
            serial: serial,
            refresh: refresh,
            retry: retry,
            expire: expire,
            minimum: minimum
        )
    }

    private mutating func texts(until end: Int) -> DNSRecord.Content? {
        var texts: [String] = []
        while place < end {
            guard let length = byte(), let text = take(Int(length)) else { return nil }
            texts.append(String(decoding: text, as: UTF8.self))
        }
        return .txt(texts)
    }

    private static func address(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: 16, by: 2).map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }
}
