// SPDX-License-Identifier: Apache-2.0

/// A query that a scripted server received.
public struct ScriptedQuery: Sendable, Hashable {
    /// The transport over which the query arrived.
    public let transport: DNSTransport
    /// The whole message, without the length prefix of TCP.
    public let bytes: [UInt8]
    /// The number of queries that the server had received before.
    public let sequence: Int
    /// The number of the TCP connection, counted from 0; nil over UDP.
    public let connection: Int?
    /// The client's port.
    public let sourcePort: Int
    /// The transaction ID.
    public let id: UInt16
    /// The queried name, in presentation format and in the case on the wire; empty if it cannot be read.
    public let name: String
    /// The queried type; 0 if it cannot be read.
    public let type: UInt16
    /// The UDP payload size that EDNS announces; nil without EDNS.
    public let ednsSize: UInt16?

    init(bytes: [UInt8], transport: DNSTransport, sequence: Int, connection: Int?, sourcePort: Int) {
        var reader = QueryReader(bytes)
        self.bytes = bytes
        self.transport = transport
        self.sequence = sequence
        self.connection = connection
        self.sourcePort = sourcePort
        id = reader.number() ?? 0
        reader.skip(2)
        let counts = (0..<4).compactMap { _ in reader.number() }
        let name = reader.name()
        self.name = name?.presentation ?? ""
        type = name == nil ? 0 : reader.number() ?? 0
        reader.skip(2)
        // The OPT record is the first in a query's additional section. Its owner is the root: one zero byte.
        let hasAdditional = counts.count == 4 && counts[3] > 0
        if hasAdditional, reader.name()?.labels.isEmpty == true, reader.number() == DNSType.opt {
            ednsSize = reader.number()
        } else {
            ednsSize = nil
        }
    }
}

/// Reads the parts of a query. A result of nil means that the message has ended.
private struct QueryReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func skip(_ count: Int) {
        rest = rest.dropFirst(count)
    }

    mutating func number() -> UInt16? {
        guard rest.count >= 2 else { return nil }
        return UInt16(rest.removeFirst()) << 8 | UInt16(rest.removeFirst())
    }

    mutating func name() -> DNSName? {
        var labels: [[UInt8]] = []
        while let length = rest.popFirst() {
            if length == 0 { return DNSName(labels: labels) }
            guard length < 0x40, rest.count >= Int(length) else { return nil }
            labels.append(Array(rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
        return nil
    }
}
