// SPDX-License-Identifier: Apache-2.0

/// What is known at one moment of something that is watched: what Consul said last, and whether it can be asked now.
///
/// An update is the whole state and not a difference, so who is slow loses nothing by seeing only the latest.
public struct WatchUpdate<Value: Sendable>: Sendable {
    /// What Consul said last; `nil` as long as it has said nothing. During an interruption it is kept: what was there a
    /// minute ago is a better guess than nothing.
    ///
    /// Where Consul hides what a token may not read, an answer without entries is no proof that there are none:
    /// ``QueryMetadata/filteredByACLs`` tells where it is known.
    public internal(set) var answer: ConsulAnswer<Value>?

    /// When Consul last confirmed that answer; `nil` as long as there is none. While there is no interruption it holds
    /// on, even if this lies a minute back: Consul speaks up when something changes.
    public internal(set) var confirmed: ContinuousClock.Instant?

    /// Why Consul cannot be asked at the moment; `nil` while it can. The watch goes on trying, and says so when it
    /// succeeds, even if nothing has changed meanwhile. A connection that is lost and can be made anew at once is no
    /// interruption.
    public internal(set) var interruption: ConsulHTTPError?

    /// Whether it tells nothing new to the one who reads it: Consul has confirmed its last answer, or failed once more.
    /// Only ``ConsulWatch/withRepetitions`` tells such updates.
    package internal(set) var isRepetition = false

    init() {}

    /// What Consul said last, without what it said about it.
    public var value: Value? { answer?.value }
}
