// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// A request with alternatives, and what is known of its places.
final class FailoverRecord: Sendable {
    private struct State {
        var failover: FailoverState
        /// Whether somebody asks beside the callers at this moment. One does for all of them.
        var isAskedBeside = false
        var latest: Resolution?
    }

    /// What to ask at each place.
    let places: [ServiceRequest]

    private let state: NIOLockedValueBox<State>

    init(places: [ServiceRequest], failback: Duration) {
        self.places = places
        state = NIOLockedValueBox(State(failover: FailoverState(places: places.count, failback: failback)))
    }

    /// What the last caller has come to.
    var latest: Resolution? {
        get { state.withLockedValue { $0.latest } }
        set { state.withLockedValue { $0.latest = newValue } }
    }

    /// Whom to ask first.
    func first(at now: ContinuousClock.Instant) -> Int {
        state.withLockedValue { $0.failover.next(after: [], at: now) } ?? 0
    }

    /// Whom to ask after these; `nil` if there is nobody whose answer would be worth the wait.
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

    /// Whom to ask beside the callers. Whoever is told anybody calls ``endAskingBeside()`` when all have been asked.
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
