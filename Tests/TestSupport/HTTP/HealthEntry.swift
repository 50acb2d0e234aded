// SPDX-License-Identifier: Apache-2.0

/// One instance in an answer of `/v1/health/service`.
///
/// Written without a look at the product's own code: if the two disagree, one of them is wrong.
public struct HealthEntry: Sendable, Hashable {
    /// The instance, with the state of its own checks.
    public var service: ServiceRegistration
    /// Its node.
    public var node: String
    /// The node's address, which is the instance's if that has none.
    public var nodeAddress: String
    /// The state of the checks of the node; the first is that of the gossip.
    public var nodeChecks: [ServiceRegistration.Status]
    /// Its datacenter.
    public var datacenter: String

    /// An instance on a healthy node.
    public init(
        _ service: ServiceRegistration,
        node: String = "n1",
        nodeAddress: String = "10.0.0.1",
        nodeChecks: [ServiceRegistration.Status] = [.passing],
        datacenter: String = "dc1"
    ) {
        self.service = service
        self.node = node
        self.nodeAddress = nodeAddress
        self.nodeChecks = nodeChecks
        self.datacenter = datacenter
    }

    /// `count` made-up instances, with the addresses that ``ConsulAgent/instanceAddress(_:)`` gives.
    public static func instances(of name: String, count: Int, port: Int = 8080) -> [HealthEntry] {
        (0..<count).map { index in
            let address = ConsulAgent.instanceAddress(index)
            return HealthEntry(
                ServiceRegistration(name, id: "\(name)-\(index)", address: address, port: port),
                node: "n\(index)"
            )
        }
    }

    var json: JSONObject {
        [
            "Node": [
                "ID": "", "Node": .string(node), "Address": .string(nodeAddress), "Datacenter": .string(datacenter),
                "TaggedAddresses": ["lan": .string(nodeAddress), "wan": .string(nodeAddress)], "Meta": .null,
                "CreateIndex": 8, "ModifyIndex": 8,
            ],
            "Service": .object(service.healthService),
            "Checks": .array(nodeChecks.enumerated().map(nodeCheck) + service.checks.enumerated().map(serviceCheck)),
        ]
    }

    private func nodeCheck(_ number: Int, _ status: ServiceRegistration.Status) -> JSONObject.Value {
        check(number == 0 ? "serfHealth" : "node:\(number)", status, serviceID: "", serviceName: "")
    }

    private func serviceCheck(_ number: Int, _ status: ServiceRegistration.Status) -> JSONObject.Value {
        let id = number == 0 ? "service:\(service.id)" : "service:\(service.id):\(number + 1)"
        return check(id, status, serviceID: service.id, serviceName: service.name)
    }

    private func check(
        _ id: String,
        _ status: ServiceRegistration.Status,
        serviceID: String,
        serviceName: String
    ) -> JSONObject.Value {
        [
            "Node": .string(node), "CheckID": .string(id), "Name": "a check", "Status": .string(status.rawValue),
            "Notes": "", "Output": "", "ServiceID": .string(serviceID), "ServiceName": .string(serviceName),
            "ServiceTags": .array([]), "Type": "", "Definition": [:], "CreateIndex": 9, "ModifyIndex": 9,
        ]
    }
}

extension ServiceRegistration {
    /// The service as the health endpoint shows it: without metadata it says null, and weights it was not given are 1.
    fileprivate var healthService: JSONObject {
        [
            "ID": .string(id), "Service": .string(name), "Tags": .array(tags.map { .string($0) }),
            "Address": .string(address), "Port": .number(Double(port)),
            "Meta": meta.isEmpty ? .null : .object(JSONObject(meta.mapValues { .string($0) })),
            "Weights": [
                "Passing": .number(Double(passingWeight ?? 1)), "Warning": .number(Double(warningWeight)),
            ],
            "EnableTagOverride": false, "Proxy": ["MeshGateway": [:], "Expose": [:]], "Connect": [:],
            "CreateIndex": 9, "ModifyIndex": 9,
        ]
    }
}
