// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// What was found out about this machine and Consul, before anybody has judged it.
struct Facts: Sendable {
    /// The nameservers, in order of preference; `nil` if DNS is not looked at.
    var nameservers: [NameserverFacts]?
    /// `nil` if the HTTP API is not looked at.
    var http: HTTPFacts?
    /// `nil` if no service was named.
    var service: ServiceFacts?
}

/// How a nameserver answers a question about Consul's domain itself.
struct NameserverFacts: Sendable {
    /// What came of one question.
    enum Probe: Sendable, Hashable {
        /// It speaks for the domain.
        case speaks
        /// It answers, but not as one who speaks for the domain: the response code.
        case declines(String)
        /// No answer: what happened.
        case silent(String)
    }

    /// The address it was given by.
    var server: String
    var udp: Probe
    var tcp: Probe
}

/// What the HTTP API tells.
struct HTTPFacts: Sendable {
    typealias Answer<Value> = Result<Value, ConsulHTTPError>

    /// The address it was given by.
    var address: String
    /// Where the token comes from, such as "the token in /etc/consul/token"; `nil` for no token.
    var token: String?
    var leader: Answer<String?>
    var agent: Answer<AgentInfo>
    var datacenters: Answer<[String]>
    /// The services that the token shows, with their tags, in the datacenter that is asked about.
    var services: Answer<ConsulAnswer<[String: [String]]>>
}

/// What is known of one service, from every side.
struct ServiceFacts: Sendable {
    /// What one of the ways has answered.
    enum Answer: Sendable, Hashable {
        /// The endpoints, as `host:port`.
        case found([String], isComplete: Bool, source: String, unusable: Int = 0)
        /// Consul says that there are none, and why if it says so.
        case empty(reason: String?)
        /// The token is not known or may not read the service: what Consul said, if it said it in words.
        case denied(String?)
        /// Nothing is known: what happened.
        case unknown(String)
    }

    /// What a DNS client gets that uses neither EDNS nor TCP.
    struct PlainAnswer: Sendable, Hashable {
        var records: Int
        /// Whether it says that there are more.
        var isMarked: Bool
    }

    var name: String
    var tag: String?
    /// The name of the port that was asked for; `nil` for the default one.
    var port: String?
    var datacenter: String?
    /// `nil` if DNS is not looked at.
    var dns: Answer?
    /// `nil` if DNS is not looked at, or did not answer.
    var plain: PlainAnswer?
    /// `nil` if the HTTP API is not looked at.
    var http: Answer?
    /// All instances of the service, whatever their tags and their health; `nil` if they are not known.
    var entries: [ServiceEntry]?
}
