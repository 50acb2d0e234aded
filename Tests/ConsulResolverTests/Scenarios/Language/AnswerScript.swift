// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport

/// What a server is going to answer: by the time on the scenario's clock, and by how often it has said it.
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

    /// - Parameter otherwise: The answer where nothing has been said.
    init(_ clock: ManualClock, otherwise: Answer) {
        self.clock = clock
        self.otherwise = otherwise
    }

    /// Adds an answer. Where several would do, it is the one that was added last.
    func add(_ answer: Answer, during times: Range<Duration>, count: Int?) {
        state.withLockedValue { $0.rules.append(Rule(answer: answer, times: times, count: count)) }
    }

    /// The answer to the next question.
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

    /// How many answers are held back.
    var held: Int { state.withLockedValue { $0.gate }?.held ?? 0 }

    /// From now on answers are held back.
    func hold() {
        state.withLockedValue { state in state.gate = state.gate ?? Gate() }
    }

    /// Gives all answers that were held back, and the others at once.
    func release() {
        let gate = state.withLockedValue { state in
            defer { state.gate = nil }
            return state.gate
        }
        gate?.release()
    }
}
