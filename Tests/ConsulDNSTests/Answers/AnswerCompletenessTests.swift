// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

/// An answer with free room and without a record that trimming removes; each test changes one field.
private func evidence(_ change: (inout AnswerCompleteness.Evidence) -> Void = { _ in }) -> AnswerCompleteness.Evidence {
    var evidence = AnswerCompleteness.Evidence(
        advertised: 1232,
        wireSize: 500,
        hasEDNS: true,
        flags: [.reply, .authoritative],
        responseCode: .noError,
        serviceRecords: 5,
        otherAnswers: 0,
        isUntrimmed: false,
        isCompressed: true
    )
    change(&evidence)
    return evidence
}

struct AnswerCompletenessTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let expected: AnswerCompleteness
        let evidence: AnswerCompleteness.Evidence

        init(
            _ description: String,
            _ expected: AnswerCompleteness,
            _ change: (inout AnswerCompleteness.Evidence) -> Void
        ) {
            testDescription = description
            self.expected = expected
            evidence = ConsulDNSTests.evidence(change)
        }
    }

    static let datagrams: [Row] = [
        Row("room for another instance", .unconfirmed(limit: 1232)) { _ in },
        Row("just enough room", .unconfirmed(limit: 1232)) { $0.wireSize = 832 },
        Row("not enough room", .unproven) { $0.wireSize = 833 },
        Row("not enough room without compression", .unproven) { ($0.wireSize, $0.isCompressed) = (403, false) },
        Row("more than the advertised size", .unproven) { $0.wireSize = 1235 },
        Row("4096 advertised", .unconfirmed(limit: 4096)) { ($0.advertised, $0.wireSize) = (4096, 3696) },
        Row("4096 advertised and nearly used up", .unproven) { ($0.advertised, $0.wireSize) = (4096, 3697) },
        Row("no EDNS in the query", .unproven) { ($0.advertised, $0.hasEDNS) = (nil, false) },
        Row("EDNS in the query, none in the answer", .unproven) { $0.hasEDNS = false },
        Row("no OPT record, but more bytes than EDNS-free answers have", .unconfirmed(limit: 1232)) {
            ($0.hasEDNS, $0.wireSize) = (false, 513)
        },
        Row("512 advertised: three records at most", .unproven) { ($0.advertised, $0.wireSize) = (512, 100) },
        Row("1231 advertised", .unproven) { ($0.advertised, $0.wireSize) = (1231, 100) },
        Row("TC", .unproven) { $0.flags.insert(.truncated) },
        Row("a forwarder's flag", .unproven) { $0.flags.insert(.recursionAvailable) },
        Row("no AA", .unproven) { $0.flags.remove(.authoritative) },
        Row("a record that trimming removes", .complete) { $0.isUntrimmed = true },
        Row("a record that trimming removes, in a full datagram from a forwarder", .complete) {
            ($0.isUntrimmed, $0.wireSize, $0.flags) = (true, 1230, [.reply, .recursionAvailable])
        },
        Row("a record that trimming removes, without EDNS", .complete) {
            ($0.isUntrimmed, $0.advertised, $0.hasEDNS) = (true, nil, false)
        },
        Row("empty: trimming may have left no record", .unproven) { ($0.serviceRecords, $0.wireSize) = (0, 100) },
        Row("NXDOMAIN: decided before trimming", .complete) {
            ($0.serviceRecords, $0.wireSize, $0.responseCode) = (0, 100, .nameError)
        },
        Row("NXDOMAIN without EDNS in the answer", .unproven) {
            ($0.serviceRecords, $0.wireSize, $0.responseCode, $0.hasEDNS) = (0, 100, .nameError, false)
        },
        Row("addresses only, where trimming removes no other records first", .complete) {
            ($0.serviceRecords, $0.otherAnswers) = (0, 5)
        },
        Row("addresses from a forwarder", .complete) {
            ($0.serviceRecords, $0.otherAnswers, $0.flags) = (0, 5, [.reply, .recursionAvailable])
        },
    ]

    @Test(arguments: datagrams)
    func `Completeness over UDP is judged by free room and the additional section`(row: Row) {
        #expect(AnswerCompleteness(over: .udp, row.evidence) == row.expected)
    }

    static let streams: [Row] = [
        Row("an ordinary answer", .unconfirmed(limit: 65_523)) { _ in },
        Row("a record that trimming removes", .complete) { $0.isUntrimmed = true },
        Row("without EDNS", .unconfirmed(limit: 65_523)) { ($0.advertised, $0.hasEDNS) = (nil, false) },
        Row("empty", .complete) { $0.serviceRecords = 0 },
        Row("TC", .unproven) { $0.flags.insert(.truncated) },
        Row("just enough room", .unconfirmed(limit: 65_523)) { $0.wireSize = 65_123 },
        Row("not enough room", .unproven) { $0.wireSize = 65_124 },
        Row("1023 services", .unconfirmed(limit: 65_523)) { ($0.serviceRecords, $0.wireSize) = (1023, 45_000) },
        Row("1024 services in few bytes, with the addresses of others", .unproven) {
            ($0.serviceRecords, $0.wireSize, $0.isUntrimmed) = (1024, 45_114, true)
        },
        Row("4095 addresses", .complete) { ($0.serviceRecords, $0.otherAnswers, $0.wireSize) = (0, 4095, 64_000) },
        Row("4096 addresses", .unproven) { ($0.serviceRecords, $0.otherAnswers) = (0, 4096) },
    ]

    @Test(arguments: streams)
    func `Completeness over TCP depends on Consul's limits`(row: Row) {
        #expect(AnswerCompleteness(over: .tcp, row.evidence) == row.expected)
    }

    @Test(
        arguments: [
            (997, 65_498), (770, 65_520), (569, 65_486), (457, 65_472), (380, 65_490), (1024, 45_114), (1024, 47_138),
            (1024, 60_902), (4092, 65_516), (595, 65_494), (1559, 65_522),
        ]
    )
    func `Every measured trimmed answer is unproven`(count: Int, bytes: Int) {
        let evidence = evidence { ($0.serviceRecords, $0.wireSize) = (count, bytes) }
        #expect(AnswerCompleteness(over: .tcp, evidence) == .unproven)
    }
}
