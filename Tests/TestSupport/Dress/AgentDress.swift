// SPDX-License-Identifier: Apache-2.0

/// What a newer Consul answers differently from the agent that the tests run: ``ConsulAgent`` puts a proxy before a real
/// 1.8.7 agent that changes its answers accordingly.
///
/// Each member is one observed difference, with the versions that have it. A test that holds for every dress holds for
/// every version, as far as these differences go. The answers that the real versions gave are in `Recordings`.
public struct AgentDress: Sendable, Hashable {
    /// What differs over DNS.
    public struct DNS: Sendable, Hashable {
        /// An answer that was trimmed has no OPT record, over UDP and TCP, because the record is part of what is trimmed.
        /// 1.8.7 adds the record afterwards.
        public var trimsOPT = false
        /// SRV targets and the names of additional records end with the domain as the question spelled it.
        public var keepsCaseOfDomain = false
        /// The version in the metadata of the agent's node, which makes for one more TXT record for each instance.
        public var versionInMetadata: String?

        /// No difference.
        public init() {}
    }

    /// What the agent says its version is; `nil` for its own.
    public var version: String?
    /// Blocking and cached health reads are answered by the streaming backend (1.10), which never says that there is a
    /// leader, and is not woken by what the token may not see. Other reads name the backend `blocking-query`.
    public var streamsHealth = false
    /// Every reply of the API says what the default policy is (1.10).
    public var tellsDefaultPolicy = false
    /// Reads say if the access control left something out (1.11), unless they are anonymous.
    public var tellsFiltering = false
    /// A reply of 403 or 500 has no index, no contact and nothing about a leader.
    public var hasBareFailures = false
    /// A denial names the token, the permission that it lacks and the resource.
    public var explainsDenials = false
    /// 404 for an unknown check and an unknown service instance, and text in the 404 for an unknown path.
    public var reportsUnknown = false
    /// The most bytes of an event's payload; more are answered 413. `nil` leaves it to the agent.
    public var maximumEventPayload: Int?
    /// Writes that are answered with nothing say that it is JSON.
    public var typesEmptyReplies = false
    /// What differs over DNS.
    public var dns = DNS()

    /// No difference.
    public init() {}

    /// The agent as it is.
    public static let plain = AgentDress()

    // swift-format-ignore: AlwaysUseLowerCamelCase
    /// What 1.15.7 answers.
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
    /// What 1.22.7 answers.
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
    /// The agent as it is and the ready dresses: for tests that hold on every version.
    public static let allCases = [plain, v1_15, v1_22]

    /// The version, or "plain".
    public var description: String {
        self == .plain ? "plain" : "as \(version ?? "a newer version")"
    }
}
