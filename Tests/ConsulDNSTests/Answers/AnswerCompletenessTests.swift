// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulDNS

/// What an answer that proves itself complete over UDP looks like, to be spoiled one field at a time.
private func evidence(_ change: (inout AnswerCompleteness.Evidence) -> Void = { _ in }) -> AnswerCompleteness.Evidence {
    var evidence = AnswerCompleteness.Evidence(
        advertised: 1232,
        wireSize: 500,
        hasEDNS: true,
        isTruncated: false,
        responseCode: .noError,
        serviceRecords: 5,
        otherAnswers: 0
    )
    change(&evidence)
    return evidence
}

@Suite("The completeness of an answer")
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
        Row("room for another record", .complete) { _ in },
        Row("just enough room", .complete) { $0.wireSize = 631 },
        Row("not enough room", .unproven) { $0.wireSize = 632 },
        Row("more than was advertised", .unproven) { $0.wireSize = 1235 },
        Row("4096 advertised", .complete) { ($0.advertised, $0.wireSize) = (4096, 3495) },
        Row("4096 advertised and nearly used up", .unproven) { ($0.advertised, $0.wireSize) = (4096, 3496) },
        Row("no EDNS asked for", .unproven) { ($0.advertised, $0.hasEDNS) = (nil, false) },
        Row("EDNS asked for, none in the answer", .unproven) { $0.hasEDNS = false },
        Row("512 advertised: three records at most", .unproven) { ($0.advertised, $0.wireSize) = (512, 100) },
        Row("1231 advertised", .unproven) { ($0.advertised, $0.wireSize) = (1231, 100) },
        Row("TC", .unproven) { $0.isTruncated = true },
        Row("empty: trimming may have left nothing", .unproven) { ($0.serviceRecords, $0.wireSize) = (0, 100) },
        Row("NXDOMAIN: decided before trimming", .complete) {
            ($0.serviceRecords, $0.wireSize, $0.responseCode) = (0, 100, .nameError)
        },
        Row("NXDOMAIN without EDNS in the answer", .unproven) {
            ($0.serviceRecords, $0.wireSize, $0.responseCode, $0.hasEDNS) = (0, 100, .nameError, false)
        },
        Row("addresses only", .complete) { ($0.serviceRecords, $0.otherAnswers) = (0, 5) },
    ]

    @Test("over UDP is proven by room that was left", arguments: datagrams)
    func datagram(row: Row) {
        #expect(AnswerCompleteness(over: .udp, row.evidence) == row.expected)
    }

    static let streams: [Row] = [
        Row("an ordinary answer", .complete) { _ in },
        Row("without EDNS", .complete) { ($0.advertised, $0.hasEDNS) = (nil, false) },
        Row("empty", .complete) { $0.serviceRecords = 0 },
        Row("TC", .possiblyTrimmed) { $0.isTruncated = true },
        Row("one byte less than the limit", .complete) { $0.wireSize = 64_899 },
        Row("the size limit", .possiblyTrimmed) { $0.wireSize = 64_900 },
        Row("1023 services", .complete) { ($0.serviceRecords, $0.wireSize) = (1023, 45_000) },
        Row("1024 services in few bytes", .possiblyTrimmed) { ($0.serviceRecords, $0.wireSize) = (1024, 45_114) },
        Row("4095 addresses", .complete) { ($0.serviceRecords, $0.otherAnswers, $0.wireSize) = (0, 4095, 64_000) },
        Row("4096 addresses", .possiblyTrimmed) { ($0.serviceRecords, $0.otherAnswers) = (0, 4096) },
    ]

    @Test("over TCP ends at Consul's limits", arguments: streams)
    func stream(row: Row) {
        #expect(AnswerCompleteness(over: .tcp, row.evidence) == row.expected)
    }

    @Test(
        "is doubted in every trimmed answer that was measured",
        arguments: [
            (997, 65_498), (770, 65_520), (569, 65_486), (457, 65_472), (380, 65_490), (1024, 45_114), (1024, 47_138),
            (1024, 60_902), (4092, 65_516), (595, 65_494), (1559, 65_522),
        ]
    )
    func measured(count: Int, bytes: Int) {
        let evidence = evidence { ($0.serviceRecords, $0.wireSize) = (count, bytes) }
        #expect(AnswerCompleteness(over: .tcp, evidence) == .possiblyTrimmed)
    }
}
