// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The state of a watch, derived from two kinds of answers: those to the watch's own query, which arrive when something
/// changes, and those to checks, which are non-blocking reads alongside a blocking query.
///
/// Checks show changes that end no blocking query: that the leader is lost or elected, that the token may no longer
/// read, or may read again. Answers of Consul's streaming backend show neither, so they are completed with the metadata
/// of the last non-blocking read.
///
/// A pure value: its methods take answers and times, and return whether the state is news.
struct WatchedState<Value: Equatable & Sendable>: Sendable {
    typealias Instant = Moment

    /// The result of a check.
    enum CheckResult: Hashable {
        /// No change.
        case nothing
        /// The same content, but other metadata.
        case news
        /// Other content, although the blocking query still waits. That query is useless now, and the check's answer
        /// replaces its answer.
        case answersQuestion
    }

    /// The current state, as subscribers receive it.
    private(set) var update = WatchUpdate<Value>()
    /// The metadata of the last non-blocking read.
    private var told = QueryMetadata()
    /// False if a smaller index is no sign of an old state (``WatchPolicy/hasGrowingIndexes``).
    private let hasGrowingIndexes: Bool

    init(hasGrowingIndexes: Bool = true) {
        self.hasGrowingIndexes = hasGrowingIndexes
    }

    /// Records an answer to the watch's own query.
    ///
    /// - Returns: True if the subscribers should be told.
    mutating func answered(_ answer: ConsulAnswer<Value>, at now: Instant) -> Bool {
        let answer = completed(answer)
        let isNews = isNews(answer)
        adopt(answer, at: now)
        return isNews
    }

    /// Records an answer to a check. If the result is ``CheckResult/answersQuestion``, call ``answered(_:at:)`` with
    /// the same answer next.
    mutating func checked(_ check: ConsulAnswer<Value>, at now: Instant) -> CheckResult {
        let check = completed(check)
        guard let known = update.answer else { return .answersQuestion }
        if check.value == known.value {
            let isNews = isNews(check)
            // The index belongs to the pending blocking query.
            var confirmed = check
            confirmed.metadata.index = known.metadata.index
            adopt(confirmed, at: now)
            return isNews ? .news : .nothing
        }
        // A smaller index means that the server is behind and shows an old state. An answer without the entries that
        // the token may not read is current, whatever its index: in newer versions, omitted entries do not change an
        // answer's index. Without an order of indexes, all answers come from the memory of one agent, in order.
        if !hasGrowingIndexes || check.metadata.filteredByACLs == true
            || (check.metadata.index ?? 0) >= (known.metadata.index ?? 0)
        {
            return .answersQuestion
        }
        var kept = known
        kept.metadata.leader = check.metadata.leader
        let isNews = isNews(kept)
        adopt(kept, at: update.confirmed ?? now)
        return isNews ? .news : .nothing
    }

    /// Records a failure. The last answer is kept.
    ///
    /// - Returns: True if the subscribers should be told.
    mutating func failed(_ error: ConsulHTTPError) -> Bool {
        defer { update.interruption = error }
        return update.interruption == nil
    }

    // MARK: -

    private mutating func adopt(_ answer: ConsulAnswer<Value>, at now: Instant) {
        update.answer = answer
        update.confirmed = now
        update.interruption = nil
    }

    private func isNews(_ answer: ConsulAnswer<Value>) -> Bool {
        guard let known = update.answer, update.interruption == nil else { return true }
        return known.value != answer.value || known.metadata.leader != answer.metadata.leader
            || (known.metadata.filteredByACLs == true) != (answer.metadata.filteredByACLs == true)
    }

    /// Returns an answer in which metadata that the streaming backend does not provide is taken from the last
    /// non-blocking read.
    private mutating func completed(_ answer: ConsulAnswer<Value>) -> ConsulAnswer<Value> {
        var answer = answer
        if answer.metadata.backend == .streaming {
            answer.metadata.leader = told.leader
            answer.metadata.lastContact = told.lastContact
            answer.metadata.filteredByACLs = told.filteredByACLs
        } else {
            told = answer.metadata
        }
        return answer
    }
}
