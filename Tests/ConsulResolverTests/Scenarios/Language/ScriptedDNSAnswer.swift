// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// A server's DNS answer about the queried service. Instances are identified by their ports.
struct ScriptedDNSAnswer: ScriptedAnswer {
    let steps: @Sendable (ScriptedQuery) -> [ScriptedStep]

    func held(by gate: Gate) -> ScriptedDNSAnswer {
        ScriptedDNSAnswer { [.hold(gate)] + steps($0) }
    }

    private static func reply(_ make: @escaping @Sendable (ScriptedQuery) -> DNSReply) -> ScriptedDNSAnswer {
        ScriptedDNSAnswer { [.reply(make($0).withEDNS(of: $0))] }
    }

    // MARK: Instances

    /// All instances, in an answer that proves to be complete.
    static func endpoints(_ ports: UInt16..., timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        endpoints(ports, timeToLive: timeToLive)
    }

    static func endpoints(_ ports: [UInt16], timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        reply { .service(to: $0, ports: ports, timeToLive: timeToLive) }
    }

    /// Some of the instances, over UDP and TCP, as Consul answers when they exceed one message.
    static func cutOff(_ ports: UInt16..., timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        reply { .service(to: $0, ports: ports, timeToLive: timeToLive, isTrimmed: true).with { $0.isTruncated = true } }
    }

    /// Some of the instances, from a server that does not support EDNS and closes every connection.
    static func withoutEDNS(_ ports: UInt16..., timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        withoutEDNS(ports, timeToLive: timeToLive)
    }

    static func withoutEDNS(_ ports: [UInt16], timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        ScriptedDNSAnswer { query in
            query.transport == .tcp
                ? [.closeConnection]
                : [.reply(.service(to: query, ports: ports, timeToLive: timeToLive, isTrimmed: true))]
        }
    }

    // MARK: Negative answers

    /// NXDOMAIN.
    ///
    /// - Parameter minimum: The minimum TTL in the SOA record; `nil` for no SOA record.
    static func noSuchName(minimum: Duration? = .zero) -> ScriptedDNSAnswer {
        reply { .nothing(to: $0, code: .nameError, minimum: minimum) }
    }

    /// NODATA, which is not believed from a datagram.
    static func noData(minimum: Duration? = .zero) -> ScriptedDNSAnswer {
        reply { .nothing(to: $0, code: .noError, minimum: minimum) }
    }

    /// A root target, which says that the service is not available (RFC 2782).
    static func unavailable(timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        reply { query in
            DNSReply(to: query).with {
                let root = DNSRecord.Content.srv(priority: 0, weight: 0, port: 0, target: DNSName(labels: []))
                $0.answers = [DNSRecord(DNSName(query.name), ttl: timeToLive.inSeconds, root)]
            }
        }
    }

    // MARK: Failures

    /// SERVFAIL, as without a leader.
    static let serverFailure = failure(.serverFailure)
    /// REFUSED, as for a name outside of the agent's domains.
    static let refused = failure(.refused)
    /// No answer. Its timeout takes real time.
    static let silence = ScriptedDNSAnswer { _ in [] }

    static func failure(_ code: DNSReplyCode) -> ScriptedDNSAnswer {
        reply { query in DNSReply(to: query).with { $0.code = code } }
    }
}

extension DNSReply {
    fileprivate static func service(
        to query: ScriptedQuery,
        ports: [UInt16],
        timeToLive: Duration,
        isTrimmed: Bool = false
    ) -> DNSReply {
        let instances = ports.map { Instance("10.0.0.1", port: $0, node: "n\($0)") }
        return service(to: query, instances: instances, ttl: timeToLive.inSeconds, includesText: !isTrimmed)
    }

    fileprivate static func nothing(to query: ScriptedQuery, code: DNSReplyCode, minimum: Duration?) -> DNSReply {
        nothing(to: query, code: code, minimum: minimum?.inSeconds ?? 0).with {
            if minimum == nil { $0.authority = [] }
        }
    }
}

extension Duration {
    /// The duration in seconds, as in a TTL.
    fileprivate var inSeconds: UInt32 { UInt32(components.seconds) }
}
