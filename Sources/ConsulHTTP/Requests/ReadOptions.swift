// SPDX-License-Identifier: Apache-2.0

/// The options that apply to every read. The defaults leave every choice to Consul.
///
/// Consul ignores unknown parameters: version 1.8 answers a read for another partition with its own data.
public struct ReadOptions: Hashable, Sendable {
    /// The consistency mode of a read.
    public struct Consistency: Hashable, Sendable {
        let parameter: String?

        /// The leader answers. For a moment, this may be a deposed leader that does not know it yet.
        public static let `default` = Consistency(parameter: nil)
        /// Any server answers, with or without a leader; ``QueryMetadata/lastContact`` is the maximum age of its data.
        public static let stale = Consistency(parameter: "stale")
        /// The leader answers after confirming its leadership, which takes one more round trip.
        public static let consistent = Consistency(parameter: "consistent")
    }

    /// The consistency mode. Default ``Consistency/default``.
    public var consistency: Consistency = .default

    /// The maximum age of an answer with ``Consistency/stale``; beyond it, the leader answers. Default `nil`: no limit.
    /// Ignored in other modes. At least 1 ms, at most the 292 years of Go's durations.
    public var maxStale: Duration?

    /// The datacenter to query; `nil`, the default, is the client's datacenter, or else the agent's.
    public var datacenter: String?

    /// The namespace (Consul Enterprise); `nil`, the default, is the client's namespace, or else the token's.
    public var namespace: String?

    /// The admin partition (Consul Enterprise); `nil`, the default, is the client's partition, or else the agent's.
    public var partition: String?

    /// A filter expression for entries, such as `Service.Meta.version == "2"`; see Consul's documentation on filtering.
    /// Default `nil`.
    public var filter: String?

    /// The node from which distances are measured: entries are sorted by estimated round trip. `_agent` is the agent's
    /// own node. Default `nil`.
    public var near: String?

    /// Metadata that a node must have, all of it. Default empty.
    package var nodeMeta: [String: String] = [:]

    /// True to let the agent answer from its cache, if the endpoint supports it. Default `false`. Consul refuses the
    /// combination with ``Consistency/consistent``.
    public var cached = false

    /// True to retry a failed read according to ``ConsulHTTPConfiguration/retry``. Default `true`.
    package var retries = true

    /// Creates the default options.
    public init() {}
}
