// SPDX-License-Identifier: Apache-2.0

package import TestSupport

/// One kind of service in the sweep: the form of its targets, and the amount of metadata of its nodes.
package struct SweptService: Sendable, Hashable, CustomStringConvertible {
    /// The form of an instance's address.
    package enum Targets: String, CaseIterable, Sendable {
        case serviceAddresses = "service address"
        case nodes = "node target"
        case ipv6 = "IPv6"
        case hostNames = "host name"
    }

    /// The metadata of each instance's node, which Consul attaches as TXT records.
    package enum Metadata: String, CaseIterable, Sendable {
        case none = "none"
        case standard = "default"
        case some = "some"
        case twoKilobytes = "2 kB"
    }

    package let targets: Targets
    package let metadata: Metadata

    package init(_ targets: Targets, _ metadata: Metadata) {
        self.targets = targets
        self.metadata = metadata
    }

    /// All combinations.
    package static let all = Targets.allCases.flatMap { targets in
        Metadata.allCases.map { SweptService(targets, $0) }
    }

    package var description: String { "\(targets.rawValue), metadata: \(metadata.rawValue)" }

    /// The service's name, unique on an agent that has all of them.
    package var name: String {
        let words = "\(targets.rawValue)-\(metadata.rawValue)".lowercased()
        return String(words.map { $0 == " " ? "-" : $0 })
    }

    /// Registers instance `index` in the catalog, on a node of its own.
    package func registerInstance(_ index: Int, with agent: ConsulAgent) async throws {
        let service = ServiceRegistration(name, id: "\(name)-\(index)", address: address(index), port: 1024 + index)
        try await agent.register(
            service,
            node: "\(name)-n\(index)",
            nodeAddress: "10.9.\(index / 250).\(index % 250)",
            nodeMeta: nodeMetadata(index)
        )
    }

    private func address(_ index: Int) -> String {
        switch targets {
        case .serviceAddresses: "10.1.\(index / 250).\(index % 250)"
        case .nodes: ""
        case .ipv6: "2001:db8::\(String(index, radix: 16))"
        case .hostNames: "host-\(index).example.com"
        }
    }

    private func nodeMetadata(_ index: Int) -> [String: String] {
        switch metadata {
        case .none: [:]
        case .standard: ["consul-network-segment": ""]
        case .some: ["zone": "zone-\(index % 3)", "instance-type": String(repeating: "m", count: index % 40)]
        // A string of a TXT record holds 255 bytes; for a longer one Consul sends no answer at all.
        case .twoKilobytes:
            Dictionary(uniqueKeysWithValues: (0..<10).map { ("key-\($0)", String(repeating: "v", count: 190)) })
        }
    }
}
