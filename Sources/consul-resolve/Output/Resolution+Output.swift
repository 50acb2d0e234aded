// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

extension Resolution {
    /// The name of the outcome in the output of every command.
    var outcomeName: String {
        switch outcome {
        case .endpoints: "endpoints"
        case .empty: "empty"
        case .unknown: "unknown"
        }
    }

    /// The reason for an empty outcome. Of the unknown outcomes, only a denial has a reason.
    var reasonJSON: JSON {
        switch outcome {
        case .endpoints: nil
        case .empty(let reason): JSON(reason?.description)
        case .unknown(let failure): failure.isDenial ? JSON(ResolutionFailure.Code.accessDenied) : nil
        }
    }

    var endpointsJSON: JSON { .array(endpoints.map(\.json)) }

    /// The failed attempts; `null` unless the outcome is unknown.
    var errorJSON: JSON {
        if case .unknown(let failure) = outcome { .string(failure.description) } else { nil }
    }

    /// The answer of Consul that is not yet confirmed; `null` unless the resolution is held because of one.
    var heldJSON: JSON {
        guard let doubt else { return nil }
        return .object(["reason": JSON(doubt.reason?.description)])
    }

    /// Returns the members, followed by the datacenter that the endpoints come from if it is an alternative.
    func withPlace(_ members: JSON.Members) -> JSON {
        guard let alternative, !endpoints.isEmpty else { return .object(members) }
        var members = members
        members.list.append((key: "servedBy", value: .object(["datacenter": JSON(alternative.datacenter)])))
        return .object(members)
    }

}

extension ResolutionFailure {
    /// True if the HTTP API refused the token, or hid the service from it.
    fileprivate var isDenial: Bool { attempts.contains { $0.code == .accessDenied } }
}

extension [Endpoint] {
    /// A table of the endpoints, for people.
    var table: Table {
        var table = Table(heading: ["ENDPOINT", "NODE", "PRIORITY", "WEIGHT"])
        for endpoint in self {
            table.rows.append([
                endpoint.authority, endpoint.node ?? "-", String(endpoint.priority), String(endpoint.weight),
            ])
        }
        return table
    }
}

extension Endpoint {
    /// The fixed form of an endpoint. Values that DNS does not carry are `null`.
    fileprivate var json: JSON {
        .object([
            "address": JSON(host), "port": .integer(Int(port)), "priority": .integer(Int(priority)),
            "weight": .integer(Int(weight)), "node": JSON(node), "id": JSON(details?.id),
            "tags": details.map { .array($0.tags.map(JSON.string)) } ?? .null, "status": JSON(details?.status.rawValue),
        ])
    }
}
