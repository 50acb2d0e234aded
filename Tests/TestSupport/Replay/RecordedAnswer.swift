// SPDX-License-Identifier: Apache-2.0

/// One DNS question to an agent, and its answer.
public struct RecordedAnswer: Sendable, Decodable {
    /// What is to be seen.
    public let about: String
    /// The name asked for, as it was spelled.
    public let name: String
    /// The type asked for, by its mnemonic.
    public let type: String
    /// `udp` or `tcp`.
    private let transport: String
    /// The payload size of the query's OPT record; `nil` without one.
    public let edns: UInt16?
    private let answer: String?

    /// How the question was sent.
    public var transportUsed: DNSTransport { transport == "tcp" ? .tcp : .udp }

    /// The answer as it was on the wire; `nil` if there was none.
    public var message: [UInt8]? {
        guard let digits = answer.map({ Array($0.utf8) }) else { return nil }
        return stride(from: 0, to: digits.count - 1, by: 2).map { place in
            UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16) ?? 0
        }
    }

    /// Whether this is what was asked for.
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
