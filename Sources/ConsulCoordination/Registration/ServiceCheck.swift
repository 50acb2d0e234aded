// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// A health check of a registered service.
///
/// A factory creates a check of one kind with Consul's usual settings; the properties change them.
public struct ServiceCheck: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case ttl(Duration)
        case http(url: String, headers: [String: String], method: String)
        case tcp(String)
        case grpc(String, useTLS: Bool)
        case alias(service: String, node: String?)
    }

    let kind: Kind

    /// The id of the check, unique on the node. Default `nil`: `service:ID`, or `service:ID:N` for one of several
    /// checks, as Consul itself names them.
    public var id: String?

    /// The name of the check for people. Default `nil`: Consul derives one from the service.
    public var name: String?

    /// The time between two runs of an HTTP, TCP or gRPC check. Default 10 s, at least 1 s, which is Consul's minimum.
    public var interval: Duration = .seconds(10)

    /// The time limit of one run of an HTTP, TCP or gRPC check. Default `nil`: Consul's 10 s.
    public var timeout: Duration?

    /// The status until the check first ran. Default ``/ConsulHTTP/HealthStatus/critical``: callers get the instance
    /// once it is known to work. A repeated registration keeps the status that the check has.
    public var initialStatus: HealthStatus = .critical

    /// The number of successes in a row that make a failed HTTP, TCP or gRPC check pass. Default 1, at least 1; Consul
    /// 1.7.
    public var successesBeforePassing = 1

    /// The number of failures in a row that make an HTTP, TCP or gRPC check critical. Default 1, at least 1; Consul 1.7.
    public var failuresBeforeCritical = 1

    /// The time in critical state after which the agent removes the service. Default `nil`: never, since an instance
    /// that was removed is not found even when it works again. At least 1 min; the agent looks every 30 s.
    public var deregisterCriticalAfter: Duration?

    /// True to verify the certificate of an HTTPS or gRPC service. Default `true`. The agent verifies by its own
    /// authorities.
    public var verifiesTLS = true

    private init(_ kind: Kind) { self.kind = kind }

    /// Creates a check that the instance itself keeps passing, by heartbeats. It needs no port, and no agent that
    /// reaches the instance. Only such a check carries the status of ``ServiceRegistrar``'s health closure.
    ///
    /// - Parameter timeToLive: The time without a heartbeat after which the check is critical; at least 1 s. A heartbeat
    ///   is sent each third of it.
    public static func ttl(_ timeToLive: Duration) -> ServiceCheck { ServiceCheck(.ttl(timeToLive)) }

    /// Creates a check by HTTP: the agent sends a request, and 2xx is passing, 429 warning, any other status critical.
    ///
    /// Each request carries ``ServiceRegistrar/incarnation`` as `X-Consul-Instance`. A program that answers 404 to the
    /// incarnation of another is not kept alive as the other, when it has got the address and the port of it.
    ///
    /// - Parameters:
    ///   - url: The URL, with scheme and host.
    ///   - headers: The headers of the request. Default empty.
    ///   - method: The method. Default `GET`.
    public static func http(_ url: String, headers: [String: String] = [:], method: String = "GET") -> ServiceCheck {
        ServiceCheck(.http(url: url, headers: headers, method: method))
    }

    /// Creates a check that passes if the agent can connect.
    ///
    /// - Parameter hostPort: The host and the port, such as `127.0.0.1:8080` or `[::1]:8080`.
    public static func tcp(_ hostPort: String) -> ServiceCheck { ServiceCheck(.tcp(hostPort)) }

    /// Creates a check by gRPC's health protocol (`grpc.health.v1`).
    ///
    /// - Parameters:
    ///   - target: The host and the port, and optionally a slash and the name of the service to ask for.
    ///   - useTLS: True to connect with TLS. Default `false`.
    public static func grpc(_ target: String, useTLS: Bool = false) -> ServiceCheck {
        ServiceCheck(.grpc(target, useTLS: useTLS))
    }

    /// Creates a check with the worst status of another service and its node.
    ///
    /// - Parameters:
    ///   - serviceID: The id of the other service.
    ///   - node: The node of the other service. Default `nil`: the agent's own node.
    public static func alias(of serviceID: String, node: String? = nil) -> ServiceCheck {
        ServiceCheck(.alias(service: serviceID, node: node))
    }
}

extension ServiceCheck {
    /// The time to live; `nil` for checks of other kinds.
    var timeToLive: Duration? {
        if case .ttl(let duration) = kind { duration } else { nil }
    }

    /// True if Consul runs the check periodically.
    var isPeriodic: Bool {
        switch kind {
        case .ttl, .alias: false
        case .http, .tcp, .grpc: true
        }
    }

    /// Returns the check as a member of a registration.
    ///
    /// - Parameters:
    ///   - id: The id of the check.
    ///   - incarnation: The incarnation of the instance, which HTTP checks send.
    func json(id: String, incarnation: String) -> JSON {
        var members: JSON.Members = ["CheckID": .string(id), "Status": .string(initialStatus.description)]
        if let name { members.list.append(("Name", .string(name))) }
        members = members + kindMembers(incarnation)
        if isPeriodic {
            members.list.append(("Interval", .string(interval.goText)))
            if let timeout { members.list.append(("Timeout", .string(timeout.goText))) }
            if !verifiesTLS { members.list.append(("TLSSkipVerify", true)) }
            let counts = [
                ("SuccessBeforePassing", successesBeforePassing), ("FailuresBeforeCritical", failuresBeforeCritical),
            ]
            for (key, count) in counts where count > 1 { members.list.append((key, .integer(count))) }
        }
        if let deregisterCriticalAfter {
            members.list.append(("DeregisterCriticalServiceAfter", .string(deregisterCriticalAfter.goText)))
        }
        return .object(members)
    }

    private func kindMembers(_ incarnation: String) -> JSON.Members {
        switch kind {
        case .ttl(let duration):
            return ["TTL": .string(duration.goText)]
        case .http(let url, var headers, let method):
            let name = ServiceDescription.incarnationHeader
            if !headers.keys.contains(where: { $0.lowercased() == name.lowercased() }) { headers[name] = incarnation }
            var fields: JSON.Members = [:]
            for (key, value) in headers.sorted(by: { $0.key < $1.key }) {
                fields.list.append((key, .array([.string(value)])))
            }
            return ["HTTP": .string(url), "Method": .string(method), "Header": .object(fields)]
        case .tcp(let hostPort):
            return ["TCP": .string(hostPort)]
        case .grpc(let target, let useTLS):
            return ["GRPC": .string(target), "GRPCUseTLS": .bool(useTLS)]
        case .alias(let service, let node):
            var members: JSON.Members = ["AliasService": .string(service)]
            if let node { members.list.append(("AliasNode", .string(node))) }
            return members
        }
    }
}
