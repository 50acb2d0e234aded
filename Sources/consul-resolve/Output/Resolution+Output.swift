// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

extension Resolution {
    /// The members that every command prints about an outcome, with their fixed names.
    var outcomeName: String {
        switch outcome {
        case .endpoints: "endpoints"
        case .empty: "empty"
        case .unknown: "unknown"
        }
    }

    /// Why there is nothing. Of the unknown outcomes, only a denial has a reason.
    var reasonJSON: JSON {
        switch outcome {
        case .endpoints: nil
        case .empty(let reason): JSON(reason?.description)
        case .unknown(let failure): failure.isDenial ? JSON(ResolutionFailure.Code.accessDenied) : nil
        }
    }

    var endpointsJSON: JSON { .array(endpoints.map(\.json)) }

    /// What was tried in vain; `null` unless the outcome is unknown.
    var errorJSON: JSON {
        if case .unknown(let failure) = outcome { .string(failure.description) } else { nil }
    }

    /// What Consul said that was not believed; `null` if that is not why this is an earlier answer.
    var heldJSON: JSON {
        guard let doubt else { return nil }
        return .object(["reason": JSON(doubt.reason?.description)])
    }

    /// These members, and behind them the place that the endpoints are from, if that is not where they were asked for.
    func withPlace(_ members: JSON.Members) -> JSON {
        guard let alternative, !endpoints.isEmpty else { return .object(members) }
        var members = members
        members.list.append((key: "servedBy", value: .object(["datacenter": JSON(alternative.datacenter)])))
        return .object(members)
    }

}

extension ResolutionFailure {
    /// Whether the HTTP API refused the token, or hid the service from it.
    fileprivate var isDenial: Bool { attempts.contains { $0.code == .accessDenied } }
}

extension [Endpoint] {
    /// The endpoints for people.
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
    /// The fixed form of an endpoint. What DNS does not carry is null: it is not known.
    fileprivate var json: JSON {
        .object([
            "address": JSON(host), "port": .integer(Int(port)), "priority": .integer(Int(priority)),
            "weight": .integer(Int(weight)), "node": JSON(node), "id": JSON(details?.id),
            "tags": details.map { .array($0.tags.map(JSON.string)) } ?? .null, "status": JSON(details?.status.rawValue),
        ])
    }
}
