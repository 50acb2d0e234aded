// SPDX-License-Identifier: Apache-2.0

/// The histories of one schedule, and what happened in it.
package struct ScheduleRecord: Sendable {
    /// A register that the holders of one lock write.
    package enum Register: String, Hashable, Sendable, CaseIterable {
        /// A key of Consul, written by a transaction that Consul applies for the holder only. The acquisitions belong to its
        /// history, because lock and register are one store.
        case consul = "a key of Consul, written by commit"
        /// Another store, which compares tokens.
        case store = "another store, written with the token"
        /// What a body does at the moment in which its lock counts as held, with no request in between: its steps and the
        /// acquisitions.
        case steps = "the steps of the bodies"
    }

    /// The histories by their register.
    package var histories: [Register: History<FencedRegister>] = [:]
    /// The number of events of each kind.
    package var counts: [String: Int] = [:]
    /// Facts that no schedule may show, apart from its histories.
    package var failures: [String] = []

    private var lastValue = 0

    package init() {
        for register in Register.allCases { histories[register] = History() }
    }

    package mutating func count(_ event: String) { counts[event, default: 0] += 1 }

    /// Returns a value that no other write of the schedule has.
    package mutating func nextValue() -> Int {
        lastValue += 1
        return lastValue
    }

    /// Returns the present position in a history.
    package mutating func position(in register: Register) -> History<FencedRegister>.Position {
        histories[register, default: History()].position()
    }

    /// Records an invocation.
    package mutating func invoke(_ action: FencedRegister.Action, _ register: Register) -> Int {
        count("operations")
        return histories[register, default: History()].invoke(action)
    }

    /// Records a response.
    package mutating func respond(_ operation: Int, _ outcome: FencedRegister.Outcome, _ register: Register) {
        switch outcome {
        case .done: count("writes accepted")
        case .refused, .lost: count("writes refused")
        case .value: count("reads")
        }
        histories[register, default: History()].respond(operation, outcome)
    }

    /// Records a step of a body.
    package mutating func stepped(_ token: UInt64) {
        count("steps")
        let value = nextValue()
        histories[.steps, default: History()].record(.write(token, value: value), .done)
    }

    /// Records an acquisition.
    ///
    /// - Parameter start: The positions at which it began.
    package mutating func acquired(_ token: UInt64, since start: [Register: History<FencedRegister>.Position]) {
        count("holds")
        for (register, position) in start {
            histories[register, default: History()].record(.acquire(token), .done, since: position)
        }
    }

    /// Returns the positions at which an acquisition begins.
    package mutating func beginsAcquiring() -> [Register: History<FencedRegister>.Position] {
        [.consul: position(in: .consul), .steps: position(in: .steps)]
    }
}

extension ScheduleRecord {
    /// Checks the histories.
    ///
    /// - Returns: Words about each history that is not linearizable, and about each failure.
    package func violations() -> [String] {
        var violations = failures
        for register in Register.allCases {
            guard let history = histories[register] else { continue }
            switch LinearizabilityChecker.check(history, from: FencedRegister()) {
            case .linearizable: break
            case .undecided:
                violations.append("\(register.rawValue): undecided, \(history.operations.count) operations")
            case .violation(let order, let stuck):
                let last = order.suffix(8).map { "    \($0)" }.joined(separator: "\n")
                violations.append("\(register.rawValue): not linearizable\n\(last)\n    then not \(stuck)")
            }
        }
        return violations
    }
}
