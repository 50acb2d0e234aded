// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
public import NetworkAddress

/// The properties of a session: when Consul ends it, and what happens to the keys that it holds then.
public struct SessionOptions: Hashable, Sendable {
    /// The treatment of a session's keys when it ends. More may be added.
    public struct Behavior: NamedValue {
        /// The word that Consul uses.
        package let name: String

        init(_ name: String) { self.name = name }

        /// The keys are kept and released.
        public static let release = Behavior("release")
        /// The keys are deleted.
        public static let delete = Behavior("delete")
    }

    /// The time without a renewal after which Consul may end the session: 10 seconds to 24 hours. Consul takes its time,
    /// up to twice as long, and longer while it elects a leader.
    public var timeToLive: Duration

    /// The time after the end of the session in which Consul gives its keys to no other session: zero to 60 seconds.
    /// Default 15 seconds. A holder that releases a key in order causes no delay.
    ///
    /// It protects a holder that does not know yet that its session has ended. With health checks, Consul may end a
    /// session at any moment, and a holder may rely on a session only for as long as the lock-delay lasts, if that is
    /// shorter than ``timeToLive``.
    public var lockDelay: Duration = .seconds(15)

    /// The treatment of the session's keys when it ends. Default ``Behavior/release``.
    public var behavior: Behavior = .release

    /// A name for people who look at the session. Default empty.
    public var name = ""

    /// The ids of the node's checks that end the session when they become critical. Default `serfHealth`: Consul ends
    /// the session about seven seconds after the node or its agent has failed. Needs Consul 1.7.
    public var nodeChecks = ["serfHealth"]

    /// The ids of service checks of the same node that end the session when they become critical, such as
    /// `service:web-1`. Consul refuses to create a session with a check that does not exist or is critical. Default
    /// none.
    public var serviceChecks: [String] = []

    /// The node that the session belongs to; when the node leaves the catalog, the session ends. Default `nil`: the
    /// agent's node or, in another datacenter, a healthy server.
    public var node: String?

    /// The time that canceled work needs to stop. It is cut from the lease: the work is canceled that much earlier. Default
    /// `nil`: half a second or a twentieth of the lease, whichever is longer. At most half of the lease.
    public var stoppingTime: Duration?

    /// The least time to live that the agent accepts; tests lower it together with the agent's `session_ttl_min`.
    package var minimumTimeToLive = Duration.seconds(10)

    /// Creates the default properties.
    ///
    /// - Parameter timeToLive: The time without a renewal after which Consul may end the session: 10 seconds to 24 hours.
    ///   It has no default: it is the time for which work stands still after a holder has crashed (up to twice that, and
    ///   the lock-delay), and the time for which a holder goes on when Consul is away.
    public init(timeToLive: Duration) {
        self.timeToLive = timeToLive
    }

    /// Returns the properties of a session without health checks, which survives the failure of its agent.
    ///
    /// Only the time to live ends it: neither an agent that restarts nor a node that is cut off from the others costs the
    /// lock, as long as another agent or the restarted one renews it in time. The price is the time until others may
    /// go on after a holder's machine has crashed: Consul needs up to twice the time to live to notice, instead of about
    /// seven seconds.
    ///
    /// - Parameter timeToLive: The time without a renewal after which Consul may end the session: 10 seconds to 24 hours.
    public static func withoutHealthChecks(timeToLive: Duration) -> SessionOptions {
        var options = SessionOptions(timeToLive: timeToLive)
        options.nodeChecks = []
        return options
    }

    /// True if a health check may end the session.
    package var hasChecks: Bool { !nodeChecks.isEmpty || !serviceChecks.isEmpty }

    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for values that Consul refuses or
    ///   changes, and for a lock-delay that protects no holder.
    package func validate() throws(CoordinationError) {
        let days = Duration.seconds(86_400)
        guard minimumTimeToLive...days ~= timeToLive else {
            throw CoordinationError(
                .invalidArgument,
                "a session's time to live is between 10 seconds and 24 hours, not \(timeToLive)"
            )
        }
        // Consul silently shortens longer ones.
        guard .zero ... .seconds(60) ~= lockDelay else {
            throw CoordinationError(
                .invalidArgument,
                "a session's lock-delay is between zero and 60 seconds, not \(lockDelay)"
            )
        }
        guard !hasChecks || lockDelay >= min(minimumTimeToLive, .seconds(1)) else {
            throw CoordinationError(
                .invalidArgument,
                """
                a session with health checks needs a lock-delay of at least a second: Consul may end it at any moment, \
                and without a lock-delay another program acquires the lock while this one still works. Use a session \
                without health checks
                """
            )
        }
    }

    /// The body of the request. Consul takes a number of seconds for a small number without a unit, so durations have one.
    var json: JSON {
        var members: JSON.Members = [
            "Name": .string(name),
            "TTL": .string(timeToLive.goText),
            "LockDelay": .string(lockDelay > .zero ? lockDelay.goText : "0s"),
            "Behavior": .string(behavior.description), "NodeChecks": .array(nodeChecks.map(JSON.string)),
        ]
        if !serviceChecks.isEmpty {
            members.list.append(("ServiceChecks", .array(serviceChecks.map { .object(["ID": .string($0)]) })))
        }
        if let node { members.list.append(("Node", .string(node))) }
        return .object(members)
    }
}
