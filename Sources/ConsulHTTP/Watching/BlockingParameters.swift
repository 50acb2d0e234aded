// SPDX-License-Identifier: Apache-2.0

/// The parameters of a blocking query: Consul answers when the index has passed this one, or when the wait is over.
struct BlockingParameters: Hashable, Sendable {
    /// The index of the last answer. Never 0, which means "do not block" to Consul.
    var index: UInt64

    /// The time to wait for a change. Consul adds up to a sixteenth, so that watchers do not synchronize.
    var wait: Duration

    /// The time after which the agent has certainly stopped waiting, from the start of the query.
    var longest: Duration { wait * 17 / 16 }
}
