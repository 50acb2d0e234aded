// SPDX-License-Identifier: Apache-2.0

package import ResolverSupport

/// The state of a watch at one moment: the last answer of Consul, and the error if Consul cannot be queried now.
///
/// An update is the whole state and not a difference, so a slow subscriber that receives only the latest one misses no
/// information.
public struct WatchUpdate<Value: Sendable>: Sendable {
    /// The last answer of Consul; `nil` before the first. It is kept during an interruption, because an old answer is
    /// better than no answer.
    ///
    /// If Consul omits entries that the token may not read, an empty answer does not prove that there are no entries;
    /// ``QueryMetadata/filteredByACLs`` says so if Consul does.
    public internal(set) var answer: ConsulAnswer<Value>?

    /// The time at which Consul last confirmed the answer; `nil` before the first. Without an interruption the answer
    /// is current, even if this time is a minute ago: Consul reports changes by itself.
    package internal(set) var confirmed: Moment?

    /// The reason that Consul cannot be queried at the moment; `nil` while it can. The watch continues to try, and
    /// reports its success even if the answer has not changed. A lost connection that can be replaced at once is not an
    /// interruption.
    public internal(set) var interruption: ConsulHTTPError?

    /// True if the update contains no news for its reader: Consul has confirmed its last answer, or failed once more.
    /// Only ``ConsulWatch/withRepetitions`` reports such updates.
    package internal(set) var isRepetition = false

    init() {}

    /// The value of the last answer, without its metadata.
    public var value: Value? { answer?.value }
}
