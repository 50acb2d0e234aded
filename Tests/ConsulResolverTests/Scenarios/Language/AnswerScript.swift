// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport

/// The answers of a server, selected by the scenario's clock and by the number of answers so far.
final class AnswerScript<Answer: ScriptedAnswer>: Sendable {
    private struct Rule: Sendable {
        let answer: Answer
        let times: Range<Duration>
        var count: Int?

        func holds(at now: Duration) -> Bool { times.contains(now) && count != 0 }
    }

    private struct State: Sendable {
        var rules: [Rule] = []
        var gate: Gate?
    }

    private let clock: ManualClock
    private let otherwise: Answer
    private let state = NIOLockedValueBox(State())

    /// - Parameter otherwise: The answer when no rule holds.
    init(_ clock: ManualClock, otherwise: Answer) {
        self.clock = clock
        self.otherwise = otherwise
    }

    /// Adds an answer. If several rules hold, the one that was added last applies.
    func add(_ answer: Answer, during times: Range<Duration>, count: Int?) {
        state.withLockedValue { $0.rules.append(Rule(answer: answer, times: times, count: count)) }
    }

    /// Returns the answer to the next query.
    func next() -> Answer {
        let now = clock.now.offset
        return state.withLockedValue { state in
            let place = state.rules.lastIndex { $0.holds(at: now) }
            if let place, let count = state.rules[place].count { state.rules[place].count = count - 1 }
            let answer = place.map { state.rules[$0].answer } ?? otherwise
            return state.gate.map { answer.held(by: $0) } ?? answer
        }
    }

    // MARK: Waiting

    var isHolding: Bool { state.withLockedValue { $0.gate != nil } }

    /// The number of answers that are held back.
    var held: Int { state.withLockedValue { $0.gate }?.held ?? 0 }

    /// Holds back all answers from now on.
    func hold() {
        state.withLockedValue { state in state.gate = state.gate ?? Gate() }
    }

    /// Sends all answers that were held back, and later ones at once.
    func release() {
        let gate = state.withLockedValue { state in
            defer { state.gate = nil }
            return state.gate
        }
        gate?.release()
    }
}
