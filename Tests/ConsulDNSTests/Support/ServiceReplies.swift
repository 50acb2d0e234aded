// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport

@testable import ConsulDNS

/// The question of the replies below.
let webQuestion = Question(name: "web.service.consul", type: .srv)

/// Returns a reply to it, encoded by the test support.
func webReply(_ change: (inout DNSReply) -> Void) -> DNSReply {
    DNSReply(name: "web.service.consul.", type: DNSType.srv).with(change)
}

extension DNSRecord {
    static func service(
        _ target: DNSName,
        owner: DNSName = "web.service.consul.",
        port: UInt16 = 8080,
        weight: UInt16 = 1,
        priority: UInt16 = 1,
        ttl: UInt32 = 0
    ) -> DNSRecord {
        DNSRecord(owner, ttl: ttl, .srv(priority: priority, weight: weight, port: port, target: target))
    }
}

extension ServiceAnswer {
    /// Reads a reply to ``webQuestion`` from an agent of the domain `consul`.
    init(_ reply: DNSReply) throws(AnswerError) {
        try self.init(parsing: reply.bytes, answering: webQuestion, domain: .consul)
    }
}

/// Returns the targets for these names, from a reply with one SRV record each and these additional records.
func targets(
    _ names: [DNSName],
    additional: [DNSRecord] = [],
    compression: DNSCompression = .consul
) throws -> [ServiceInstance.Target] {
    let reply = webReply {
        $0.answers = names.map { .service($0) }
        $0.additional = additional
        $0.compression = compression
    }
    return try ServiceAnswer(reply).instances.map(\.target)
}
