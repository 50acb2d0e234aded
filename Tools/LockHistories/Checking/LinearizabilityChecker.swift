// SPDX-License-Identifier: Apache-2.0

/// Decides whether a history is linearizable: whether each operation can be given one moment between its invocation and
/// its response, so that the object behaves as its sequential model.
///
/// The search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with the memory of Lowe ("Testing for
/// Linearizability", 2017): a pair of the operations that were given their moment and of the state is visited once. An
/// operation without a response takes effect at any time after its invocation, or never. Objects are checked one by one,
/// because a history is linearizable if it is for each object (Herlihy and Wing, 1990).
package struct LinearizabilityChecker<Model: SequentialModel> {
    package enum Verdict: Sendable {
        case linearizable
        /// No order of the operations explains all outcomes. The longest order that was found, and the operation that does
        /// not fit behind it.
        case violation(order: [History<Model>.Operation], stuck: History<Model>.Operation)
        /// The search was given up.
        case undecided
    }

    private typealias Operation = History<Model>.Operation

    /// Operations that have their moment, and the state after them.
    private struct Configuration: Hashable {
        var state: Model
        var done: OperationSet
    }

    /// A configuration with the operations that may be the next.
    private struct Step {
        let configuration: Configuration
        let candidates: [Int]
        var tried = 0
    }

    /// The operations by their invocation.
    private let operations: [Operation]
    /// The numbers of the operations with a response.
    private let completed: OperationSet
    private let limit: Int

    private init(_ history: History<Model>, limit: Int) {
        operations = history.operations.sorted { $0.invoked < $1.invoked }
        var completed = OperationSet(count: operations.count)
        for (number, operation) in operations.enumerated() where operation.outcome != nil { completed.insert(number) }
        (self.completed, self.limit) = (completed, limit)
    }

    /// Checks a history.
    ///
    /// - Parameters:
    ///   - initial: The state before the first operation.
    ///   - limit: The number of configurations after which the search is given up.
    package static func check(
        _ history: History<Model>,
        from initial: Model,
        limit: Int = 1_000_000
    ) -> Verdict {
        LinearizabilityChecker(history, limit: limit).search(from: initial)
    }

    private func search(from initial: Model) -> Verdict {
        let first = Configuration(state: initial, done: OperationSet(count: operations.count))
        guard !first.done.contains(all: completed) else { return .linearizable }
        var seen: Set<Configuration> = [first]
        var steps = [Step(configuration: first, candidates: candidates(after: first.done))]
        var longest: [Int] = []
        while let last = steps.last {
            guard last.tried < last.candidates.count else {
                steps.removeLast()
                continue
            }
            let candidate = last.candidates[last.tried]
            steps[steps.count - 1].tried += 1
            let operation = operations[candidate]
            guard let state = last.configuration.state.applying(operation.action, operation.outcome) else { continue }
            var next = Configuration(state: state, done: last.configuration.done)
            next.done.insert(candidate)
            guard !next.done.contains(all: completed) else { return .linearizable }
            guard seen.insert(next).inserted else { continue }
            guard seen.count < limit else { return .undecided }
            steps.append(Step(configuration: next, candidates: candidates(after: next.done)))
            if steps.count > longest.count + 1 { longest = steps.dropLast().map { $0.candidates[$0.tried - 1] } }
        }
        return violation(longest)
    }

    /// Returns the operations that may be the next: no other one without a moment had its response before their invocation.
    /// Those with the earliest responses come first, and those without a response last.
    private func candidates(after done: OperationSet) -> [Int] {
        var found: [Int] = []
        var end = Int.max
        for number in done.firstMissing..<operations.count where !done.contains(number) {
            let operation = operations[number]
            guard operation.invoked <= end else { break }
            found.append(number)
            end = min(end, operation.responded)
        }
        return found.sorted { operations[$0].responded < operations[$1].responded }
    }

    private func violation(_ longest: [Int]) -> Verdict {
        var done = OperationSet(count: operations.count)
        for number in longest { done.insert(number) }
        let stuck = candidates(after: done).first ?? 0
        return .violation(order: longest.map { operations[$0] }, stuck: operations[stuck])
    }
}

extension LinearizabilityChecker.Verdict {
    package var isLinearizable: Bool {
        if case .linearizable = self { true } else { false }
    }

    package var isViolation: Bool {
        if case .violation = self { true } else { false }
    }
}

/// A set of the numbers of operations.
private struct OperationSet: Hashable {
    private var words: [UInt64]

    init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    mutating func insert(_ number: Int) { words[number / 64] |= 1 << UInt64(number % 64) }

    func contains(_ number: Int) -> Bool { words[number / 64] & 1 << UInt64(number % 64) != 0 }

    func contains(all other: OperationSet) -> Bool {
        for index in words.indices where other.words[index] & ~words[index] != 0 { return false }
        return true
    }

    /// The least number that is not in the set.
    var firstMissing: Int {
        for (index, word) in words.enumerated() where word != .max { return index * 64 + (~word).trailingZeroBitCount }
        return words.count * 64
    }
}
