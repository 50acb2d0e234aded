// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver

/// Facts about this machine and Consul, before they are judged.
struct Facts: Sendable {
    /// The nameservers, in order of preference; `nil` if DNS is not checked.
    var nameservers: [NameserverFacts]?
    /// `nil` if the HTTP API is not checked.
    var http: HTTPFacts?
    /// `nil` if no service was named.
    var service: ServiceFacts?
}

/// The answers of a nameserver to a query for Consul's domain itself.
struct NameserverFacts: Sendable {
    /// The result of one query.
    enum Probe: Sendable, Hashable {
        /// The server is authoritative for the domain.
        case speaks
        /// The server answers, but is not authoritative for the domain: the response code.
        case declines(String)
        /// The server does not answer: the failure.
        case silent(String)
    }

    /// The address as it was configured.
    var server: String
    var udp: Probe
    var tcp: Probe
}

/// Facts from the HTTP API.
struct HTTPFacts: Sendable {
    typealias Answer<Value> = Result<Value, ConsulHTTPError>

    /// The address as it was configured.
    var address: String
    /// A description of the token's origin, such as "the token in /etc/consul/token"; `nil` without a token.
    var token: String?
    var leader: Answer<String?>
    var agent: Answer<AgentInfo>
    var datacenters: Answer<[String]>
    /// The services that the token may read, with their tags, in the requested datacenter.
    var services: Answer<ConsulAnswer<[String: [String]]>>
    /// `nil` if they could not be read, or if the key/value store is too large to be searched.
    var locks: LockFacts? = nil
}

/// Facts about one service, from DNS and HTTP.
struct ServiceFacts: Sendable {
    /// The answer of one source.
    enum Answer: Sendable, Hashable {
        /// The endpoints, as `host:port`.
        case found([String], isComplete: Bool, source: String, unusable: Int = 0)
        /// Consul says that there are no instances; the reason if it states one.
        case empty(reason: String?)
        /// Consul does not know the token, or the token may not read the service; the message of Consul if there is
        /// one.
        case denied(String?)
        /// The source did not answer: the failure.
        case unknown(String)
    }

    /// The response that a DNS client receives without EDNS and without TCP.
    struct PlainAnswer: Sendable, Hashable {
        var records: Int
        /// True if the response has the TC bit, which says that there are more records.
        var isMarked: Bool
    }

    var name: String
    var tag: String?
    /// The name of the requested port; `nil` for the default port.
    var port: String?
    var datacenter: String?
    /// `nil` if DNS is not checked.
    var dns: Answer?
    /// `nil` if DNS is not checked, or did not answer.
    var plain: PlainAnswer?
    /// `nil` if the HTTP API is not checked.
    var http: Answer?
    /// All instances of the service, whatever their tags and their health; `nil` if they are not known.
    var entries: [ServiceEntry]?
}
