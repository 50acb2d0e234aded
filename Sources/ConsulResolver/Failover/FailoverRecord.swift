// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// A request with alternatives, and the state of its failover targets.
final class FailoverRecord: Sendable {
    private struct State {
        var failover: FailoverState
        /// True while a background task sends queries. One task serves all callers.
        var isAskedBeside = false
        var latest: Resolution?
    }

    /// The request for each target.
    let places: [ServiceRequest]

    private let state: NIOLockedValueBox<State>

    init(places: [ServiceRequest], failback: Duration) {
        self.places = places
        state = NIOLockedValueBox(State(failover: FailoverState(places: places.count, failback: failback)))
    }

    /// The resolution that the last caller received.
    var latest: Resolution? {
        get { state.withLockedValue { $0.latest } }
        set { state.withLockedValue { $0.latest = newValue } }
    }

    /// Returns the target to query first.
    func first(at now: ContinuousClock.Instant) -> Int {
        state.withLockedValue { $0.failover.next(after: [], at: now) } ?? 0
    }

    /// Returns the target to query after these; `nil` if no other answer would be worth the wait.
    func next(after answers: FailoverAnswers, at now: ContinuousClock.Instant) -> Int? {
        guard !answers.isSettled else { return nil }
        return state.withLockedValue {
            $0.failover.next(after: answers.asked, isContent: answers.isContent, at: now)
        }
    }

    func heard(
        _ standing: FailoverState.Standing,
        from place: Int,
        askedAt: ContinuousClock.Instant,
        at now: ContinuousClock.Instant
    ) {
        state.withLockedValue { $0.failover.heard(standing, from: place, askedAt: askedAt, at: now) }
    }

    /// Returns the targets to query in the background. Unless that list is empty, the caller has to call
    /// ``endAskingBeside()`` when all of them have been queried.
    func beginAskingBeside(at now: ContinuousClock.Instant) -> [Int] {
        state.withLockedValue { state in
            guard !state.isAskedBeside else { return [] }
            let due = state.failover.due(at: now)
            state.isAskedBeside = !due.isEmpty
            return due
        }
    }

    func endAskingBeside() {
        state.withLockedValue { $0.isAskedBeside = false }
    }
}
