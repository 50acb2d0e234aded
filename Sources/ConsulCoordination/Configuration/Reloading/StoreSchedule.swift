// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides when the snapshot file of a configuration is written.
///
/// A pure value that reads no clock. One write is under way at a time.
struct StoreSchedule: Sendable {
    /// The least time between two writes.
    static let interval = Duration.seconds(1)
    /// The greatest age of the file while Consul answers. Otherwise a configuration that never changes would be too old
    /// for a start.
    static let refresh = Duration.seconds(3_600)
    /// The time between two attempts after a failure.
    static let retry = Duration.seconds(60)

    private var content: ConfigurationContent?
    private var isChanged = false
    private var isWriting = false
    private var lastWrite: Moment?

    /// The time of the next write; `nil` while there is no content, and during a write.
    private(set) var due: Moment?

    /// Records new content.
    mutating func changed(to content: ConfigurationContent, at now: Moment) {
        self.content = content
        isChanged = true
        guard !isWriting else { return }
        due = lastWrite.map { max(now, $0 + Self.interval) } ?? now
    }

    /// Begins a write, and returns its content.
    mutating func begin() -> ConfigurationContent? {
        (isWriting, isChanged, due) = (true, false, nil)
        return content
    }

    /// Records the end of a write.
    mutating func finished(_ isSuccess: Bool, at now: Moment) {
        (isWriting, lastWrite) = (false, now)
        due = now + (!isSuccess ? Self.retry : isChanged ? Self.interval : Self.refresh)
    }
}
