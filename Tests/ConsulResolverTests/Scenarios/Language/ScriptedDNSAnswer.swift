// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// What a server says over DNS about the service that is asked for. Instances are told apart by their ports.
struct ScriptedDNSAnswer: ScriptedAnswer {
    let steps: @Sendable (ScriptedQuery) -> [ScriptedStep]

    func held(by gate: Gate) -> ScriptedDNSAnswer {
        ScriptedDNSAnswer { [.hold(gate)] + steps($0) }
    }

    private static func reply(_ make: @escaping @Sendable (ScriptedQuery) -> DNSReply) -> ScriptedDNSAnswer {
        ScriptedDNSAnswer { [.reply(make($0).withEDNS(of: $0))] }
    }

    // MARK: Instances

    /// All instances, in an answer that proves it.
    static func endpoints(_ ports: UInt16..., timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        endpoints(ports, timeToLive: timeToLive)
    }

    static func endpoints(_ ports: [UInt16], timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        reply { .service(to: $0, ports: ports, timeToLive: timeToLive) }
    }

    /// Some of the instances, over UDP and TCP, as Consul does with more than it will put into one message.
    static func cutOff(_ ports: UInt16..., timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        reply { .service(to: $0, ports: ports, timeToLive: timeToLive, isTrimmed: true).with { $0.isTruncated = true } }
    }

    /// Some of the instances, from a server that knows no EDNS and closes every connection.
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

    // MARK: Nothing

    /// There is no such name: NXDOMAIN.
    ///
    /// - Parameter minimum: What the zone's SOA says; `nil` for no SOA.
    static func noSuchName(minimum: Duration? = .zero) -> ScriptedDNSAnswer {
        reply { .nothing(to: $0, code: .nameError, minimum: minimum) }
    }

    /// The name has no such records: NODATA, which nobody believes a datagram.
    static func noData(minimum: Duration? = .zero) -> ScriptedDNSAnswer {
        reply { .nothing(to: $0, code: .noError, minimum: minimum) }
    }

    /// The service is decidedly not available (RFC 2782): the target is the root.
    static func unavailable(timeToLive: Duration = .zero) -> ScriptedDNSAnswer {
        reply { query in
            DNSReply(to: query).with {
                let root = DNSRecord.Content.srv(priority: 0, weight: 0, port: 0, target: DNSName(labels: []))
                $0.answers = [DNSRecord(DNSName(query.name), ttl: timeToLive.inSeconds, root)]
            }
        }
    }

    // MARK: Failures

    /// No leader.
    static let serverFailure = failure(.serverFailure)
    /// The name is none of the agent's.
    static let refused = failure(.refused)
    /// Nothing. What comes of it takes as long as real time does.
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
    /// As TTLs are written down.
    fileprivate var inSeconds: UInt32 { UInt32(components.seconds) }
}
