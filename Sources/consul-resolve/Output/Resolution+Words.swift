// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

extension Resolution {
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
        return "over \(source)\(whom) in \(Decimal.text(elapsed.milliseconds)) ms: " + words.joined(separator: ", ")
    }

    /// Returns the state of a service in a few words. The display does not change until the service does, so a stale
    /// state shows a time of day instead of an age.
    func state(at time: Timestamp) -> String {
        var words: [String]
        switch outcome {
        case .endpoints(let endpoints):
            words = ["\(endpoints.count) \(endpoints.count == 1 ? "instance" : "instances") over \(source)"]
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
}

extension Resolution.Doubt {
    /// The answer of Consul: `there is nothing (accessDenied)`.
    var inWords: String { "there is nothing" + (reason.map { " (\($0))" } ?? "") }
}

extension Duration {
    /// The duration rounded to a tenth: `12.3 s`.
    fileprivate var inSeconds: String { "\(Decimal.text((milliseconds / 100).rounded() / 10)) s" }
}
