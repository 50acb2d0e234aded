// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolutionModel
import ResolverSupport

/// A request with alternatives, and the state of its failover targets.
final class FailoverEntry: Sendable {
    private struct State {
        var failover: FailoverStateMachine
        /// True while a background task sends queries. One task serves all callers.
        var hasBackgroundQueries = false
        var latest: Resolution?
    }

    /// The request for each target.
    let targets: [ServiceRequest]

    private let state: NIOLockedValueBox<State>

    init(targets: [ServiceRequest], failback: Duration) {
        self.targets = targets
        state = NIOLockedValueBox(State(failover: FailoverStateMachine(targets: targets.count, failback: failback)))
    }

    /// The resolution that the last caller received.
    var latest: Resolution? {
        get { state.withLockedValue { $0.latest } }
        set { state.withLockedValue { $0.latest = newValue } }
    }

    /// Returns the target to query first.
    func first(at now: Moment) -> Int {
        state.withLockedValue { $0.failover.next(after: [], at: now) } ?? 0
    }

    /// Returns the target to query after these; `nil` if no other answer would be worth the wait.
    func next(after answers: FailoverAnswers, at now: Moment) -> Int? {
        guard !answers.isSettled else { return nil }
        return state.withLockedValue {
            $0.failover.next(after: answers.asked, isContent: answers.isContent, at: now)
        }
    }

    func heard(
        _ standing: FailoverStateMachine.Standing,
        from target: Int,
        askedAt: Moment,
        at now: Moment
    ) {
        state.withLockedValue { $0.failover.heard(standing, from: target, askedAt: askedAt, at: now) }
    }

    /// Returns the targets to query in the background. Unless that list is empty, the caller has to call
    /// ``endBackgroundQueries()`` when all of them have been queried.
    func beginBackgroundQueries(at now: Moment) -> [Int] {
        state.withLockedValue { state in
            guard !state.hasBackgroundQueries else { return [] }
            let due = state.failover.due(at: now)
            state.hasBackgroundQueries = !due.isEmpty
            return due
        }
    }

    func endBackgroundQueries() {
        state.withLockedValue { $0.hasBackgroundQueries = false }
    }
}
