// SPDX-License-Identifier: Apache-2.0

/// One recorded DNS query to an agent, and its answer.
public struct RecordedAnswer: Sendable, Decodable {
    /// A description of the case.
    public let about: String
    /// The queried name, as it was spelled.
    public let name: String
    /// The mnemonic of the queried type.
    public let type: String
    /// `udp` or `tcp`.
    private let transport: String
    /// The payload size of the query's OPT record; `nil` without one.
    public let edns: UInt16?
    private let answer: String?

    /// The transport of the query.
    public var transportUsed: DNSTransport { transport == "tcp" ? .tcp : .udp }

    /// The answer on the wire; `nil` if there was none.
    public var message: [UInt8]? {
        guard let digits = answer.map({ Array($0.utf8) }) else { return nil }
        return stride(from: 0, to: digits.count - 1, by: 2).map { place in
            UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16) ?? 0
        }
    }

    /// Returns true if this answer was recorded for the same query.
    func answers(_ query: ScriptedQuery) -> Bool {
        DNSName(name).lowercased == DNSName(query.name).lowercased && typeNumber == query.type
            && transportUsed == query.transport && edns == query.ednsSize
    }

    private var typeNumber: UInt16? {
        let numbers = [
            "A": DNSType.a, "AAAA": DNSType.aaaa, "PTR": DNSType.ptr, "SOA": DNSType.soa, "SRV": DNSType.srv,
            "TXT": DNSType.txt,
        ]
        return numbers[type]
    }
}
