// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Writes the parts of a DNS message and remembers the positions of names.
///
/// Written independently of the product's code: if the two disagree, one of them is wrong.
struct DNSMessageWriter {
    private(set) var bytes: [UInt8] = []
    private let compression: DNSCompression
    private var places: [[[UInt8]]: Int] = [:]

    init(compression: DNSCompression) {
        self.compression = compression
    }

    mutating func write(_ number: UInt8) {
        bytes.append(number)
    }

    mutating func write(_ number: UInt16) {
        bytes += [UInt8(number >> 8), UInt8(number & 0xFF)]
    }

    mutating func write(_ number: UInt32) {
        write(UInt16(number >> 16))
        write(UInt16(number & 0xFFFF))
    }

    mutating func write(_ record: DNSRecord) {
        write(record.owner)
        write(record.data.type)
        write(record.recordClass)
        write(record.ttl)
        let lengthPlace = bytes.count
        write(UInt16(0))
        write(record.data)
        let length = bytes.count - lengthPlace - 2
        bytes[lengthPlace] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[lengthPlace + 1] = UInt8(truncatingIfNeeded: length)
    }

    /// Writes a name. The longest suffix that was written before becomes a pointer.
    mutating func write(_ name: DNSName, mayPoint: Bool = true) {
        var rest = name.labels[...]
        while !rest.isEmpty {
            let key = Array(rest)
            if let place = places[key], mayPoint {
                write(UInt16(0xC000 | place))
                return
            }
            // A pointer has 14 bits, so it cannot refer to a later position than this.
            if compression != .none, places[key] == nil, bytes.count < 0x4000 { places[key] = bytes.count }
            let label = rest.removeFirst()
            write(UInt8(truncatingIfNeeded: label.count))
            bytes += label
        }
        write(UInt8(0))
    }

    private mutating func write(_ content: DNSRecord.Content) {
        switch content {
        case .a(let address): bytes += Self.parse(address, family: AF_INET, count: 4)
        case .aaaa(let address): bytes += Self.parse(address, family: AF_INET6, count: 16)
        case .cname(let name), .ns(let name), .ptr(let name): write(name)
        case .txt(let strings):
            for string in strings {
                write(UInt8(truncatingIfNeeded: string.utf8.count))
                bytes += string.utf8
            }
        case .soa(let server, let mailbox, let serial, let refresh, let retry, let expire, let minimum):
            write(server)
            write(mailbox)
            for number in [serial, refresh, retry, expire, minimum] { write(number) }
        case .srv(let priority, let weight, let port, let target):
            for number in [priority, weight, port] { write(number) }
            write(target, mayPoint: compression == .everywhere)
        case .raw(_, let raw): bytes += raw
        }
    }

    private static func parse(_ address: String, family: Int32, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(inet_pton(family, address, &bytes) == 1, "\(address) is not an address of this family")
        return bytes
    }
}
