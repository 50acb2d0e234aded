// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

struct TrimmingDetectorTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let targets: [String]
        let additional: [DNSRecord]
    }

    private static func address(_ owner: String, _ text: String = "10.0.0.1") -> DNSRecord {
        DNSRecord(DNSName(owner), .a(text))
    }

    private static func text(_ owner: String) -> DNSRecord {
        DNSRecord(DNSName(owner), .txt(["consul-network-segment="]))
    }

    private static let n1 = "n1.node.dc1.consul."
    private static let n2 = "n2.node.dc1.consul."
    private static let one = "0a000001.addr.dc1.consul."
    private static let two = "0a000002.addr.dc1.consul."

    static let proofs: [Row] = [
        Row(testDescription: "metadata behind a node's address", targets: [n1], additional: [address(n1), text(n1)]),
        Row(
            testDescription: "metadata of a node without an SRV record",
            targets: [one],
            additional: [address(one), text(n1)]
        ),
        Row(testDescription: "metadata alone, of a host name's node", targets: ["h.example."], additional: [text(n1)]),
        Row(
            testDescription: "metadata before the address, behind an instance with an address of its own",
            targets: [one, n1],
            additional: [address(one), text(n1), address(n1), text(n1)]
        ),
        Row(
            testDescription: "an address that two instances share",
            targets: [one, two, one],
            additional: [address(one), address(two, "10.0.0.2"), address(one)]
        ),
        Row(
            testDescription: "metadata in another case",
            targets: [n1],
            additional: [address(n1), text(n1.uppercased())]
        ),
    ]

    @Test(arguments: proofs, DNSCompression.allCases)
    func `The additional section proves that no record was trimmed`(row: Row, compression: DNSCompression) throws {
        #expect(try isUntrimmed(row, compression))
    }

    static let remains: [Row] = [
        Row(testDescription: "no record", targets: ["h.example."], additional: []),
        Row(testDescription: "one address each", targets: [one, n1], additional: [address(one), address(n1)]),
        Row(
            testDescription: "the metadata that trimming kept instead of a node's address",
            targets: [one, n1],
            additional: [address(one), text(n1)]
        ),
        Row(testDescription: "one address for two instances", targets: [one, one], additional: [address(one)]),
        Row(
            testDescription: "an address of another family, as added by a forwarder",
            targets: [n1],
            additional: [address(n1), DNSRecord(DNSName(n1), .aaaa("2001:db8::1"))]
        ),
        Row(
            testDescription: "several addresses of a name, as added by a forwarder",
            targets: ["h.example."],
            additional: [address("h.example."), address("h.example.", "10.0.0.2")]
        ),
        Row(
            testDescription: "an alias and the records of its target",
            targets: ["h.example."],
            additional: [DNSRecord("h.example.", .cname(DNSName(n2))), text(n2)]
        ),
    ]

    @Test(arguments: remains, DNSCompression.allCases)
    func `The additional section proves no completeness`(row: Row, compression: DNSCompression) throws {
        #expect(try !isUntrimmed(row, compression))
    }

    @Test
    func `The additional section proves completeness behind 16 KiB, out of reach of pointers`() throws {
        let targets = (0..<400).map { "a-node-with-a-long-name-\($0).node.dc1.consul." }
        let additional = targets.map { Self.address($0) }
        let whole = Row(
            testDescription: "",
            targets: targets + [targets[399]],
            additional: additional + [additional[399]]
        )
        let least = Row(testDescription: "", targets: targets + [targets[399]], additional: additional)
        #expect(try isUntrimmed(whole, .consul))
        #expect(try !isUntrimmed(least, .consul))
    }

    private func isUntrimmed(_ row: Row, _ compression: DNSCompression) throws -> Bool {
        let answer = try ServiceAnswer(
            webReply {
                $0.answers = row.targets.map { .service(DNSName($0)) }
                $0.additional = row.additional + [.opt(udpSize: 1232)]
                $0.compression = compression
            }
        )
        return answer.isUntrimmed
    }
}
