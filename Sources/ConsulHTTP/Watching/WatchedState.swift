// SPDX-License-Identifier: Apache-2.0

/// What is known of something that is watched, put together from two kinds of answers: those of the watch's own question,
/// which come when something changes, and those of checks, which are plain reads beside a question that waits.
///
/// Checks tell what wakes no blocking query: that the leader is lost or back, that the token may no longer read, or may
/// read again. Answers of Consul's streaming backend tell neither, so they are completed by what plain reads told last.
///
/// A pure value: answers and the time in, what is known and whether that is news out.
struct WatchedState<Value: Equatable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What a check has shown.
    enum CheckResult: Hashable {
        /// Nothing that is not known.
        case nothing
        /// The same content, but something else about it.
        case news
        /// Another content, although the question still waits. The question is of no use any more, and the check's answer
        /// takes the place of its answer.
        case answersQuestion
    }

    /// What is known, as those who watch are told it.
    private(set) var update = WatchUpdate<Value>()
    /// What the last plain read told.
    private var told = QueryMetadata()

    /// The watch's own question was answered.
    ///
    /// - Returns: Whether there is something to tell those who watch.
    mutating func answered(_ answer: ConsulAnswer<Value>, at now: Instant) -> Bool {
        let answer = completed(answer)
        let isNews = isNews(answer)
        adopt(answer, at: now)
        return isNews
    }

    /// A check was answered. If it answers the question, ``answered(_:at:)`` is to follow with the same answer.
    mutating func checked(_ check: ConsulAnswer<Value>, at now: Instant) -> CheckResult {
        let check = completed(check)
        guard let known = update.answer else { return .answersQuestion }
        if check.value == known.value {
            let isNews = isNews(check)
            // The index belongs to the question that waits.
            var confirmed = check
            confirmed.metadata.index = known.metadata.index
            adopt(confirmed, at: now)
            return isNews ? .news : .nothing
        }
        // A server that is behind shows what was. One that leaves out what the token may not read shows what is, whatever
        // its index: newer versions do not move the index of an answer for what it leaves out.
        if check.metadata.filteredByACLs == true || (check.metadata.index ?? 0) >= (known.metadata.index ?? 0) {
            return .answersQuestion
        }
        var kept = known
        kept.metadata.leader = check.metadata.leader
        let isNews = isNews(kept)
        adopt(kept, at: update.confirmed ?? now)
        return isNews ? .news : .nothing
    }

    /// Consul could not be asked. What it said last is kept.
    ///
    /// - Returns: Whether there is something to tell those who watch.
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

    /// An answer with what plain reads told last in place of what it does not tell itself.
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
