// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// A machine or a service without a Consul agent, such as a database of a cloud provider, that is registered directly in
/// the catalog.
public struct ExternalNode: Hashable, Sendable {
    /// The name of the node.
    package var name: String

    /// The address of the node.
    package var address: String

    /// The metadata of the node. Default `external-node: true`, by which consul-esm finds the nodes that it checks.
    public var meta = ["external-node": "true"]

    /// Creates a node.
    ///
    /// - Parameters:
    ///   - name: The name, unique in the datacenter, and not that of a node with an agent.
    ///   - address: The address, which may be a host name.
    public init(_ name: String, address: String) {
        (self.name, self.address) = (name, address)
    }
}

extension ExternalNode {
    /// An instance of a service on an external node.
    public struct Service: Hashable, Sendable {
        /// The name of the service.
        package var name: String

        /// The id of the instance, unique on its node. Default the name.
        public var id: String

        /// The port; 0, the default, for none.
        public var port: UInt16 = 0

        /// The instance's own address; empty, the default, for the address of its node.
        public var address = ""

        /// The tags. Default none.
        public var tags: [String] = []

        /// The metadata. Default none.
        public var meta: [String: String] = [:]

        /// The status of the instance's one check, which stays until it is registered again: there is no agent that would
        /// check it. `nil`, the default, for no check, which Consul treats as passing.
        public var status: HealthStatus?

        /// Creates an instance.
        ///
        /// - Parameters:
        ///   - name: The name of the service.
        ///   - id: The id of the instance, unique on its node; `nil`, the default, for the name.
        public init(_ name: String, id: String? = nil) {
            (self.name, self.id) = (name, id ?? name)
        }
    }

    /// The body of a registration.
    func registration(of service: Service?) -> JSON.Members {
        var members: JSON.Members = ["Node": .string(name), "Address": .string(address), "NodeMeta": .texts(meta)]
        guard let service else { return members }
        members.list.append(
            (
                "Service",
                .object([
                    "ID": .string(service.id), "Service": .string(service.name),
                    "Tags": .array(service.tags.map(JSON.string)), "Address": .string(service.address),
                    "Port": .integer(Int(service.port)), "Meta": .texts(service.meta),
                ])
            )
        )
        if let status = service.status {
            let check: JSON.Members = [
                "Node": .string(name), "CheckID": .string("service:\(service.id)"),
                "Name": .string("Status of \(service.name)"), "Status": .string(status.description),
                "ServiceID": .string(service.id),
            ]
            members.list.append(("Check", .object(check)))
        }
        return members
    }
}

extension JSON {
    /// An object of texts, sorted by their names.
    static func texts(_ texts: [String: String]) -> JSON {
        var members: Members = [:]
        members.list = texts.sorted { $0.key < $1.key }.map { (key: $0.key, value: .string($0.value)) }
        return .object(members)
    }
}
