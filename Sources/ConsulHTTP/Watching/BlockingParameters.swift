// SPDX-License-Identifier: Apache-2.0

/// What makes a read a blocking query: Consul answers when the index has passed this one, or when the time is up.
struct BlockingParameters: Hashable, Sendable {
    /// The index of the answer that is known already. Never 0, which Consul takes for "do not block".
    var index: UInt64

    /// How long to wait for a change. Consul adds up to a sixteenth, so that watchers do not come in step.
    var wait: Duration

    /// When the agent has surely given up waiting, counted from the question.
    var longest: Duration { wait * 17 / 16 }
}
