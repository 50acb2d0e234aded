// SPDX-License-Identifier: Apache-2.0

extension ServiceRegistration {
    /// The service in the catalog's format.
    var catalogService: JSONObject {
        common.merging(["Service": .string(name)])
    }

    /// The service in the agent's format. An agent runs its checks itself, so they are TTL checks, which wait for
    /// updates, with their initial state.
    var agentService: JSONObject {
        let checks = checks.map { status -> JSONObject.Value in ["TTL": "1h", "Status": .string(status.rawValue)] }
        return common.merging(["Name": .string(name), "Checks": .array(checks)])
    }

    /// Returns the checks in the catalog's format.
    func catalogChecks(node: String) -> JSONObject.Value {
        .array(
            checks.enumerated().map { number, status in
                [
                    "Node": .string(node), "CheckID": .string(checkID(number)), "Name": .string("check \(number)"),
                    "Status": .string(status.rawValue), "ServiceID": .string(id),
                ]
            }
        )
    }

    private func checkID(_ number: Int) -> String {
        number == 0 ? "service:\(id)" : "service:\(id):\(number + 1)"
    }

    private var common: JSONObject {
        var service: JSONObject = [
            "ID": .string(id), "Address": .string(address), "Port": .number(Double(port)),
            "Tags": .array(tags.map { .string($0) }),
            "Meta": .object(JSONObject(meta.mapValues { .string($0) })),
        ]
        if let passingWeight {
            let weights: JSONObject.Value = [
                "Passing": .number(Double(passingWeight)), "Warning": .number(Double(warningWeight)),
            ]
            service = service.merging(["Weights": weights])
        }
        return service
    }
}
