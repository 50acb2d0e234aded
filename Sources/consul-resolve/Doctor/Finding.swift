// SPDX-License-Identifier: Apache-2.0

/// One statement in the output of `doctor`.
struct Finding: Hashable {
    /// The severity of a finding.
    enum Mark: String {
        /// The checked item works.
        case ok
        /// Worth knowing; clients can still find services.
        case note
        /// A fault now, or one that appears when the checked item is needed.
        case problem
    }

    let mark: Mark
    /// The checked item.
    let topic: String
    /// The observation.
    let seen: String
    /// The remedy; `nil` if there is none.
    let advice: String?

    static func ok(_ topic: String, _ seen: String) -> Finding {
        Finding(mark: .ok, topic: topic, seen: seen, advice: nil)
    }

    static func note(_ topic: String, _ seen: String, do advice: String? = nil) -> Finding {
        Finding(mark: .note, topic: topic, seen: seen, advice: advice)
    }

    static func problem(_ topic: String, _ seen: String, do advice: String?) -> Finding {
        Finding(mark: .problem, topic: topic, seen: seen, advice: advice)
    }
}
