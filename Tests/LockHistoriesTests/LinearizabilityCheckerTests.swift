// SPDX-License-Identifier: Apache-2.0

import LockHistories
import TestSupport
import Testing

/// Histories whose verdict is known.
struct LinearizabilityCheckerTests {
    private typealias Checker = LinearizabilityChecker<FencedRegister>

    private func verdict(_ record: (inout History<FencedRegister>) -> Void) -> Checker.Verdict {
        var history = History<FencedRegister>()
        record(&history)
        return Checker.check(history, from: FencedRegister())
    }

    @Test func `A history without an operation is linearizable`() {
        #expect(verdict { _ in }.isLinearizable)
    }

    @Test func `Operations one after the other have the outcomes of the register`() {
        let history = verdict {
            $0.record(.read, .value(0))
            $0.record(.acquire(3), .done)
            $0.record(.write(3, value: 1), .done)
            $0.record(.read, .value(1))
            $0.record(.acquire(8), .done)
            $0.record(.write(3, value: 2), .refused)
            $0.record(.write(3, value: 3), .lost)
            $0.record(.read, .value(1))
        }
        #expect(history.isLinearizable)
    }

    @Test func `A read of a value that was replaced before it began is a violation`() {
        let history = verdict {
            $0.record(.write(1, value: 1), .done)
            $0.record(.write(1, value: 2), .done)
            $0.record(.read, .value(1))
        }
        #expect(history.isViolation)
    }

    @Test func `A read of a value that no write wrote is a violation`() {
        #expect(verdict { $0.record(.read, .value(1)) }.isViolation)
    }

    @Test(arguments: [1, 2]) func `A read that overlaps two writes may see either`(seen: Int) {
        let history = verdict {
            let first = $0.invoke(.write(1, value: 1))
            let second = $0.invoke(.write(1, value: 2))
            $0.record(.read, .value(seen))
            $0.respond(first, .done)
            $0.respond(second, .done)
        }
        #expect(history.isLinearizable)
    }

    @Test func `Two reads one after the other do not see two overlapping writes in both orders`() {
        let history = verdict {
            let first = $0.invoke(.write(1, value: 1))
            let second = $0.invoke(.write(1, value: 2))
            $0.record(.read, .value(1))
            $0.record(.read, .value(2))
            $0.record(.read, .value(1))
            $0.respond(first, .done)
            $0.respond(second, .done)
        }
        #expect(history.isViolation)
    }

    @Test func `An accepted write with an older token is a violation`() {
        let history = verdict {
            $0.record(.write(2, value: 1), .done)
            $0.record(.write(1, value: 2), .done)
        }
        #expect(history.isViolation)
    }

    @Test func `An accepted write with an older token is a violation even if it was overwritten`() {
        let history = verdict {
            $0.record(.acquire(1), .done)
            let late = $0.invoke(.write(1, value: 1))
            $0.record(.acquire(2), .done)
            $0.record(.read, .value(0))
            $0.record(.write(2, value: 2), .done)
            $0.record(.read, .value(2))
            $0.respond(late, .done)
            $0.record(.read, .value(1))
        }
        #expect(history.isViolation)
    }

    @Test func `An older token is accepted if its write may have come before the acquisition of the newer one`() {
        let history = verdict {
            $0.record(.acquire(1), .done)
            let late = $0.invoke(.write(1, value: 1))
            $0.record(.acquire(2), .done)
            $0.respond(late, .done)
            $0.record(.read, .value(1))
        }
        #expect(history.isLinearizable)
    }

    @Test func `A refusal without a larger token is a violation`() {
        #expect(verdict { $0.record(.write(1, value: 1), .refused) }.isViolation)
    }

    @Test func `Two acquisitions with one token are a violation`() {
        let history = verdict {
            $0.record(.acquire(1), .done)
            $0.record(.acquire(1), .done)
        }
        #expect(history.isViolation)
    }

    @Test(arguments: [0, 1]) func `A write without a response may have an effect or none`(seen: Int) {
        let history = verdict {
            _ = $0.invoke(.write(1, value: 1))
            $0.record(.read, .value(seen))
        }
        #expect(history.isLinearizable)
    }

    @Test func `A write without a response has its effect once`() {
        let history = verdict {
            _ = $0.invoke(.write(1, value: 1))
            $0.record(.read, .value(1))
            $0.record(.write(1, value: 2), .done)
            $0.record(.read, .value(1))
        }
        #expect(history.isViolation)
    }

    @Test func `A write without a response may take effect long after another write`() {
        let history = verdict {
            _ = $0.invoke(.write(1, value: 1))
            $0.record(.write(1, value: 2), .done)
            $0.record(.read, .value(2))
            $0.record(.read, .value(1))
        }
        #expect(history.isLinearizable)
    }

    @Test func `A write without a response and with an older token has no effect after the newer one`() {
        let history = verdict {
            _ = $0.invoke(.write(1, value: 1))
            $0.record(.write(2, value: 2), .done)
            $0.record(.read, .value(2))
            $0.record(.read, .value(1))
        }
        #expect(history.isViolation)
    }

    @Test func `A violation names the operation that does not fit`() throws {
        let history = verdict {
            $0.record(.write(1, value: 1), .done)
            $0.record(.read, .value(1))
            $0.record(.read, .value(7))
        }
        guard case .violation(let order, let stuck) = history else {
            Issue.record("no violation")
            return
        }
        #expect(order.count == 2)
        #expect(stuck.outcome == .value(7))
    }

    @Test func `A search that would take too long is given up`() {
        var history = History<FencedRegister>()
        for value in 1...40 { _ = history.invoke(.write(1, value: value)) }
        history.record(.read, .value(41))
        guard case .undecided = Checker.check(history, from: FencedRegister(), limit: 1000) else {
            Issue.record("the search was not given up")
            return
        }
    }

    /// Random histories of a real register are linearizable; with one outcome changed, the checker agrees with a search
    /// through all orders.
    @Test(arguments: 0..<20 as Range<UInt64>) func `The checker agrees with a search through all orders`(seed: UInt64) {
        var random = RandomHistories(seed: seed)
        var violations = 0
        for _ in 0..<200 {
            let history = random.next()
            let expected = AllOrders.isLinearizable(history, from: FencedRegister())
            violations += expected ? 0 : 1
            #expect(Checker.check(history, from: FencedRegister()).isLinearizable == expected, "\(history)")
        }
        // Both verdicts occur.
        #expect(20...180 ~= violations, "\(violations)")
    }
}

/// Tries all orders of the operations: the definition, without memory.
private enum AllOrders {
    static func isLinearizable(_ history: History<FencedRegister>, from state: FencedRegister) -> Bool {
        search(history.operations, state)
    }

    private static func search(_ left: [History<FencedRegister>.Operation], _ state: FencedRegister) -> Bool {
        if left.allSatisfy({ $0.outcome == nil }) { return true }
        for (index, operation) in left.enumerated() {
            let isFirst = left.allSatisfy { $0.responded >= operation.invoked }
            guard isFirst, let next = state.applying(operation.action, operation.outcome) else { continue }
            var rest = left
            rest.remove(at: index)
            if search(rest, next) { return true }
        }
        return false
    }
}

/// Short histories of overlapping operations with random outcomes, about half of which are linearizable.
private struct RandomHistories {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func next() -> History<FencedRegister> {
        var history = History<FencedRegister>()
        var open: [(number: Int, action: FencedRegister.Action)] = []
        // Outcomes follow a register that one operation at a time changes, and now and then they do not.
        var register = FencedRegister()
        var value = 0
        for number in 1...6 {
            let action: FencedRegister.Action =
                switch Int.random(in: 0..<5, using: &random) {
                case 0: .acquire(UInt64.random(in: 1...6, using: &random))
                case 1...2: .write(UInt64.random(in: 1...3, using: &random), value: number)
                default: .read
                }
            open.append((history.invoke(action), action))
            while let index = open.indices.randomElement(using: &random), random.happens(0.6) {
                let operation = open.remove(at: index)
                if random.happens(0.15) { continue }
                let outcomes: [FencedRegister.Outcome] =
                    switch operation.action {
                    case .acquire: [.done]
                    case .write: [.done, .refused]
                    case .read: random.happens(0.1) ? [.value(Int.random(in: 0...6, using: &random))] : [.value(value)]
                    }
                let fitting = outcomes.first { register.applying(operation.action, $0) != nil } ?? outcomes[0]
                register = register.applying(operation.action, fitting) ?? register
                if case .write(_, let written) = operation.action, fitting == .done { value = written }
                history.respond(operation.number, fitting)
            }
        }
        return history
    }
}
