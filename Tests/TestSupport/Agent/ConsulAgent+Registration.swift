// SPDX-License-Identifier: Apache-2.0

extension ConsulAgent {
    /// Adds an instance to the catalog, on a node that need not exist: no agent monitors it, so it keeps the state
    /// given here.
    ///
    /// - Parameter nodeMeta: The node's metadata, which Consul attaches to answers over DNS. Defaults to the metadata
    ///   that every agent of the open edition registers for its own node.
    public func register(
        _ service: ServiceRegistration,
        node: String = "web-node",
        nodeAddress: String = "10.0.0.1",
        nodeMeta: [String: String] = ConsulAgent.standardNodeMeta
    ) async throws {
        let entry: JSONObject = [
            "Node": .string(node), "Address": .string(nodeAddress),
            "NodeMeta": .object(JSONObject(nodeMeta.mapValues { .string($0) })),
            "Service": .object(service.catalogService), "Checks": service.catalogChecks(node: node),
        ]
        try await command("/v1/catalog/register", json: entry.text())
    }

    /// Registers an instance with this agent, which then owns it.
    public func registerLocally(_ service: ServiceRegistration) async throws {
        try await command("/v1/agent/service/register", json: service.agentService.text())
    }

    /// Adds many instances of a service to the catalog, in transactions of as many operations as Consul accepts.
    ///
    /// Instance `i` has the ID `<name>-<i>` and the address ``instanceAddress(_:)``. The instances are distributed over
    /// the nodes `<name>-node-0`, `<name>-node-1` and so on, which no other service uses, so that a test can remove its
    /// own.
    public func registerInstances(of name: String, count: Int, port: Int = 8080, nodes: Int = 1) async throws {
        for node in 0..<nodes {
            let entry: JSONObject = [
                "Node": .string("\(name)-node-\(node)"), "Address": .string("192.0.2.\(node + 1)"),
                "NodeMeta": .object(JSONObject(Self.standardNodeMeta.mapValues { .string($0) })),
            ]
            try await command("/v1/catalog/register", json: entry.text())
        }
        let operationsPerTransaction = 64
        for start in stride(from: 0, to: count, by: operationsPerTransaction) {
            let operations = (start..<min(start + operationsPerTransaction, count)).map { index in
                let service = ServiceRegistration(
                    name,
                    id: "\(name)-\(index)",
                    address: Self.instanceAddress(index),
                    port: port
                )
                return Self.setOperation(service, node: "\(name)-node-\(index % nodes)")
            }
            try await command("/v1/txn", json: "[\(operations.map { try $0.text() }.joined(separator: ","))]")
        }
    }

    /// The metadata that an agent of the open edition registers for its node.
    public static let standardNodeMeta = ["consul-network-segment": ""]

    /// Returns the address of instance `index` among those registered in bulk: 10.x.y.z, different for each.
    public static func instanceAddress(_ index: Int) -> String {
        "10.\(index >> 16 & 255).\(index >> 8 & 255).\(index & 255)"
    }

    /// Removes an instance from the catalog, or the whole node if no instance is named.
    public func deregister(node: String, serviceID: String? = nil) async throws {
        var entry: JSONObject = ["Node": .string(node)]
        if let serviceID { entry = entry.merging(["ServiceID": .string(serviceID)]) }
        try await command("/v1/catalog/deregister", json: entry.text())
    }

    /// Removes an instance that was registered with this agent.
    public func deregisterLocally(serviceID: String) async throws {
        try await command("/v1/agent/service/deregister/\(serviceID)", json: "")
    }

    private static func setOperation(_ service: ServiceRegistration, node: String) -> JSONObject {
        ["Service": ["Verb": "set", "Node": .string(node), "Service": .object(service.catalogService)]]
    }
}
