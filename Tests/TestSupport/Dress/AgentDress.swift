// SPDX-License-Identifier: Apache-2.0

/// The differences between a newer Consul and the agent that the tests run. ``ConsulAgent`` puts a proxy in front of a
/// real 1.8.7 agent that changes its answers accordingly.
///
/// Each member is one observed difference, with the versions that have it. A test that passes with every dress passes
/// on every version, as far as these differences go. The answers of the real versions are in `Recordings`.
public struct AgentDress: Sendable, Hashable {
    /// The differences over DNS.
    public struct DNS: Sendable, Hashable {
        /// Trimmed answers have no OPT record, over UDP and TCP, because trimming covers that record too. 1.8.7 adds it
        /// after trimming.
        public var trimsOPT = false
        /// SRV targets and the names of additional records end with the domain in the case of the query.
        public var keepsCaseOfDomain = false
        /// The version in the metadata of the agent's node, which adds one TXT record for each instance.
        public var versionInMetadata: String?

        /// Makes a value without differences.
        public init() {}
    }

    /// The version that the agent reports; `nil` for its own.
    public var version: String?
    /// The streaming backend (1.10) answers blocking and cached health reads. It never reports a leader, and changes
    /// that the token may not see do not wake it. Other reads name the backend `blocking-query`.
    public var streamsHealth = false
    /// Every reply of the API names the default policy (1.10).
    public var tellsDefaultPolicy = false
    /// Reads report if access control filtered the result (1.11), unless they are anonymous.
    public var tellsFiltering = false
    /// A reply with status 403 or 500 has no headers for index, last contact and known leader.
    public var hasBareFailures = false
    /// A denial names the token, the missing permission and the resource.
    public var explainsDenials = false
    /// Unknown checks and unknown service instances are answered 404, and the 404 for an unknown path has a text.
    public var reportsUnknown = false
    /// The largest payload of an event in bytes; larger ones are answered 413. `nil` leaves the limit to the agent.
    public var maximumEventPayload: Int?
    /// Empty replies to writes have the content type of JSON.
    public var typesEmptyReplies = false
    /// The differences over DNS.
    public var dns = DNS()

    /// Makes a value without differences.
    public init() {}

    /// The agent without changes.
    public static let plain = AgentDress()

    // swift-format-ignore: AlwaysUseLowerCamelCase
    /// The differences of 1.15.7.
    public static let v1_15: AgentDress = {
        var dress = AgentDress()
        dress.version = "1.15.7"
        dress.streamsHealth = true
        dress.tellsDefaultPolicy = true
        dress.tellsFiltering = true
        dress.hasBareFailures = true
        dress.explainsDenials = true
        dress.reportsUnknown = true
        dress.dns.trimsOPT = true
        dress.dns.keepsCaseOfDomain = true
        return dress
    }()

    // swift-format-ignore: AlwaysUseLowerCamelCase
    /// The differences of 1.22.7.
    public static let v1_22: AgentDress = {
        var dress = v1_15
        dress.version = "1.22.7"
        dress.maximumEventPayload = 300
        dress.typesEmptyReplies = true
        dress.dns.versionInMetadata = "1.22.7"
        return dress
    }()
}

extension AgentDress: CaseIterable, CustomStringConvertible {
    /// The agent without changes, and the imitated versions: for tests that must pass on every version.
    public static let allCases = [plain, v1_15, v1_22]

    /// The imitated version, or "plain".
    public var description: String {
        self == .plain ? "plain" : "as \(version ?? "a newer version")"
    }
}
