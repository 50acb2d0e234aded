// SPDX-License-Identifier: Apache-2.0

/// One thing that the doctor has to say.
struct Finding: Hashable {
    /// How bad it is.
    enum Mark: String {
        /// As it should be.
        case ok
        /// Worth knowing, and nothing that stops anybody from finding a service.
        case note
        /// Something does not work, or will not when it is needed.
        case problem
    }

    let mark: Mark
    /// What was looked at.
    let topic: String
    /// What was seen.
    let seen: String
    /// What to do; `nil` for nothing.
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
