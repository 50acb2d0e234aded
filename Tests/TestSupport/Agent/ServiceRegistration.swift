// SPDX-License-Identifier: Apache-2.0

/// One instance of a service, to be registered with Consul.
public struct ServiceRegistration: Sendable, Hashable {
    /// The health of a check.
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// Healthy.
        case passing
        /// Still in the answers, with the lower weight.
        case warning
        /// Left out of the answers.
        case critical
    }

    /// The service's name.
    public var name: String
    /// Its ID, unique on its node.
    public var id: String
    /// Its address; empty for the address of its node.
    public var address: String
    /// Its port.
    public var port: Int
    /// Its tags.
    public var tags: [String]
    /// Its metadata.
    public var meta: [String: String]
    /// The weight of a passing instance; nil leaves it to Consul.
    public var passingWeight: Int?
    /// The weight of an instance with a warning.
    public var warningWeight: Int
    /// The state of each of its checks.
    public var checks: [Status]

    /// Makes an instance. The ID defaults to the name of the service.
    public init(
        _ name: String,
        id: String? = nil,
        address: String = "",
        port: Int = 8080,
        tags: [String] = [],
        meta: [String: String] = [:],
        passingWeight: Int? = nil,
        warningWeight: Int = 1,
        checks: [Status] = []
    ) {
        self.name = name
        self.id = id ?? name
        self.address = address
        self.port = port
        self.tags = tags
        self.meta = meta
        self.passingWeight = passingWeight
        self.warningWeight = warningWeight
        self.checks = checks
    }
}
