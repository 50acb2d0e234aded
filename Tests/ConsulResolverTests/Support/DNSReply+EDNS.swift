// SPDX-License-Identifier: Apache-2.0

import TestSupport

extension DNSReply {
    /// Returns this reply with an OPT record if the query has one, as any server with EDNS support does.
    func withEDNS(of query: ScriptedQuery) -> DNSReply {
        with { reply in
            if query.ednsSize != nil { reply.additional.append(.opt(udpSize: 4096)) }
        }
    }

    /// SRV records for the query's name with these targets, without their addresses. The metadata of a node proves that
    /// the answer was not trimmed.
    static func targets(_ targets: [DNSName], port: UInt16 = 8080, to query: ScriptedQuery) -> DNSReply {
        DNSReply(to: query).with { reply in
            for target in targets {
                let record = DNSRecord.Content.srv(priority: 1, weight: 1, port: port, target: target)
                reply.answers.append(DNSRecord(DNSName(query.name), record))
            }
            reply.additional = [DNSRecord("web-node.node.dc1.consul.", .txt(["consul-network-segment="]))]
        }
    }

    /// The addresses of the queried name, of the address family in the query.
    static func addresses(v4: [String] = [], v6: [String] = [], to query: ScriptedQuery) -> DNSReply {
        DNSReply(to: query).with { reply in
            let data: [DNSRecord.Content] =
                query.type == DNSType.a ? v4.map { .a($0) } : query.type == DNSType.aaaa ? v6.map { .aaaa($0) } : []
            reply.answers = data.map { DNSRecord(DNSName(query.name), $0) }
        }
    }
}

extension ScriptedQuery {
    var isForService: Bool { type == DNSType.srv }
}
