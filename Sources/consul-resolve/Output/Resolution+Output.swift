// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver

extension Resolution {
    // MARK: Descriptions

    /// The origin of the answer, on one line: source, completeness, TTL and age.
    var provenance: String {
        var words: [String]
        switch outcome {
        case .endpoints: words = [isComplete ? "complete" : "possibly incomplete"]
        case .empty: words = ["nothing healthy"]
        case .unknown: words = ["not known"]
        }
        if unusableInstances > 0 { words.append("\(unusableInstances) unusable") }
        words.append("TTL \(timeToLive.inSeconds)")
        if age > .zero { words.append("\(age.inSeconds) old") }
        if let lastContact { words.append("of a server that heard from its leader \(lastContact.inSeconds) ago") }
        if isStale { words.append("stale") }
        if let doubt { words.append("held: Consul says \(doubt.inWords), not confirmed") }
        let whom = server.map { " of \($0)" } ?? ""
        return "over \(source)\(whom) in \(elapsed.milliseconds.decimal) ms: " + words.joined(separator: ", ")
    }

    /// Returns the state of a service in a few words. The display does not change until the service does, so a stale
    /// state shows a time of day instead of an age.
    func state(at time: Timestamp) -> String {
        var words: [String]
        switch outcome {
        case .endpoints(let endpoints):
            words = ["\(Words.count(endpoints.count, "instance")) over \(source)"]
        case .empty(let reason):
            words = ["nothing healthy" + (reason.map { " (\($0))" } ?? "") + " over \(source)"]
        case .unknown(let failure):
            return "not known: \(failure)"
        }
        if let alternative { words.append("from \(alternative)") }
        if isStale { words.append("stale: of \(time.before(age).localTimeOfDay)") }
        if let doubt { words.append("held: Consul says \(doubt.inWords), not confirmed") }
        if !isComplete { words.append("there may be more") }
        if unusableInstances > 0 { words.append("\(unusableInstances) unusable") }
        return words.joined(separator: ", ")
    }

    // MARK: Messages

    /// Returns the messages about the origin of the endpoints: an alternative datacenter, or an old answer.
    func originMessages(of service: String) -> [String] {
        [alternative.map { "from \($0)" }, isStale ? staleness(of: service) : nil].compactMap { $0 }
    }

    /// The messages about instances that are missing from the endpoints.
    var gapMessages: [String] { [incompleteness, unusableInWords].compactMap { $0 } }

    /// Returns the reason that there are no endpoints; `nil` if there are.
    func absence(of service: String) -> String? {
        switch outcome {
        case .endpoints: nil
        case .empty(let reason):
            "Consul knows no healthy instance of \(service)" + (reason.map { " (\($0))" } ?? "")
        case .unknown(let failure): "cannot look up \(service): \(failure)"
        }
    }

    /// The message that there may be other instances; `nil` if the answer is complete.
    var incompleteness: String? {
        isComplete ? nil : "there may be more instances than these \(endpoints.count)"
    }

    /// The number of instances left out because their address cannot be used, as a sentence; `nil` if it is zero.
    var unusableInWords: String? {
        switch unusableInstances {
        case 0: nil
        case 1: "1 more instance is registered with an address that cannot be used"
        default: "\(unusableInstances) more instances are registered with addresses that cannot be used"
        }
    }

    /// Returns the reason that the endpoints are stale, and their age.
    func staleness(of service: String) -> String {
        guard let doubt else {
            return "Consul does not answer about \(service) now; its last answer is kept (\(age.inSeconds) old)"
        }
        return "Consul says \(doubt.inWords) of \(service), which is not confirmed; "
            + "its previous answer is held (\(age.inSeconds) old)"
    }

    // MARK: JSON

    /// The members that state the outcome, in the fixed form that scripts rely on.
    var outcomeMembers: JSON.Members {
        [
            "outcome": .string(outcomeName), "reason": reasonJSON, "source": JSON(source),
            "complete": .bool(isComplete), "stale": .bool(isStale),
        ]
    }

    /// The members for the endpoints, and for the failed attempts of an unknown outcome.
    var endpointMembers: JSON.Members {
        ["endpoints": .array(endpoints.map(\.json)), "error": errorJSON]
    }

    /// The member for the datacenter that the endpoints come from if it is an alternative.
    var originMembers: JSON.Members {
        guard let alternative, !endpoints.isEmpty else { return [:] }
        return ["servedBy": .object(["datacenter": JSON(alternative.datacenter)])]
    }

    /// The answer of Consul that is not yet confirmed; `null` unless the resolution is held because of one.
    var heldJSON: JSON {
        guard let doubt else { return nil }
        return .object(["reason": JSON(doubt.reason?.description)])
    }

    private var outcomeName: String {
        switch outcome {
        case .endpoints: "endpoints"
        case .empty: "empty"
        case .unknown: "unknown"
        }
    }

    /// The reason for an empty outcome. Of the unknown outcomes, only a denial has a reason.
    private var reasonJSON: JSON {
        switch outcome {
        case .endpoints: nil
        case .empty(let reason): JSON(reason?.description)
        case .unknown(let failure): failure.isDenial ? JSON(ResolutionFailure.Code.accessDenied) : nil
        }
    }

    private var errorJSON: JSON {
        if case .unknown(let failure) = outcome { .string(failure.description) } else { nil }
    }
}

extension Resolution.Doubt {
    /// The answer of Consul: `there is nothing (accessDenied)`.
    var inWords: String { "there is nothing" + (reason.map { " (\($0))" } ?? "") }
}

extension ResolutionFailure {
    /// True if the HTTP API refused the token, or hid the service from it.
    fileprivate var isDenial: Bool { attempts.contains { $0.code == .accessDenied } }
}

extension [Endpoint] {
    /// `address:port`, one a line.
    var lines: String { map(\.authority).joined(separator: "\n") }

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
