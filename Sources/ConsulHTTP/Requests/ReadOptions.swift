// SPDX-License-Identifier: Apache-2.0

/// What may be chosen for every read. The defaults ask for what Consul gives by itself.
///
/// Consul passes over parameters that it does not know: 1.8 answers a read for another partition with what it has
/// itself.
public struct ReadOptions: Hashable, Sendable {
    /// How sure an answer has to be the latest.
    public struct Consistency: Hashable, Sendable {
        let parameter: String?

        /// The leader answers, and may for a moment be one that has been deposed without knowing.
        public static let `default` = Consistency(parameter: nil)
        /// Any server answers, with or without a leader; ``QueryMetadata/lastContact`` says how old it may be.
        public static let stale = Consistency(parameter: "stale")
        /// The leader answers after it has made sure that it is the leader, for one more round trip.
        public static let consistent = Consistency(parameter: "consistent")
    }

    /// How sure the answer has to be the latest. Default ``Consistency/default``.
    public var consistency: Consistency = .default

    /// With ``Consistency/stale``, how old an answer may be before the leader is asked after all. Default `nil`: as old
    /// as it gets. Without, it does nothing. At least 1 ms, at most the 292 years that Go's durations hold.
    public var maxStale: Duration?

    /// The datacenter to ask; `nil`, the default, is the client's, and failing that the agent's.
    public var datacenter: String?

    /// The namespace (Consul Enterprise); `nil`, the default, is the client's, and failing that the token's.
    public var namespace: String?

    /// The admin partition (Consul Enterprise); `nil`, the default, is the client's, and failing that the agent's.
    public var partition: String?

    /// An expression that an entry must meet, such as `Service.Meta.version == "2"`; see Consul's documentation on
    /// filtering. Default `nil`.
    public var filter: String?

    /// The node whose neighbors come first, by estimated round trip; `_agent` is the agent's own. Default `nil`.
    public var near: String?

    /// Metadata that the node must have, all of it. Default empty.
    public var nodeMeta: [String: String] = [:]

    /// Whether the agent may answer from its cache, where the endpoint has one. Default `false`. Consul refuses it
    /// together with ``Consistency/consistent``.
    public var cached = false

    /// Whether a read that failed is asked again, as ``ConsulHTTPClient/Configuration/retry`` says. Default `true`.
    public var retries = true

    /// The defaults.
    public init() {}
}
