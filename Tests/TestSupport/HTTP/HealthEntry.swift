// SPDX-License-Identifier: Apache-2.0

/// One instance in an answer of `/v1/health/service`.
///
/// Written independently of the product's code: if the two disagree, one of them is wrong.
public struct HealthEntry: Sendable, Hashable {
    /// The instance, with the state of its own checks.
    public var service: ServiceRegistration
    /// The name of its node.
    public var node: String
    /// The address of the node, which applies to an instance without an address of its own.
    public var nodeAddress: String
    /// The states of the node's checks; the first is Serf's.
    public var nodeChecks: [ServiceRegistration.Status]
    /// Its datacenter.
    public var datacenter: String

    /// Makes an instance on a healthy node.
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

    /// Returns `count` generated instances with the addresses of ``ConsulAgent/instanceAddress(_:)``.
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
    /// The service in the health endpoint's format: missing metadata is null, and missing weights are 1.
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
