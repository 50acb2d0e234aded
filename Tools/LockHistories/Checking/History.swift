// SPDX-License-Identifier: Apache-2.0

/// The operations on one object, in the order in which their invocations and responses were seen.
package struct History<Model: SequentialModel>: Sendable {
    /// An operation.
    package struct Operation: Sendable {
        package let action: Model.Action
        /// The outcome; `nil` if it is unknown, because no response arrived.
        package fileprivate(set) var outcome: Model.Outcome?
        /// The position of the invocation among all invocations and responses.
        package let invoked: Int
        /// The position of the response; `Int.max` without one. The operation may take effect at any later time, or never.
        package fileprivate(set) var responded = Int.max
    }

    /// A position among the invocations and responses.
    package struct Position: Hashable, Sendable { fileprivate let number: Int }

    /// All operations, in the order in which they were recorded.
    package private(set) var operations: [Operation] = []
    private var next = 0

    package init() {}

    /// Returns the present position: an operation that is recorded later can begin here.
    package mutating func position() -> Position {
        defer { next += 1 }
        return Position(number: next)
    }

    /// Records an invocation.
    ///
    /// - Parameter start: The position of the invocation; `nil` for the present one.
    /// - Returns: The number of the operation.
    package mutating func invoke(_ action: Model.Action, since start: Position? = nil) -> Int {
        let start = start ?? position()
        operations.append(Operation(action: action, invoked: start.number))
        return operations.count - 1
    }

    /// Records the response to an operation.
    package mutating func respond(_ operation: Int, _ outcome: Model.Outcome) {
        operations[operation].outcome = outcome
        operations[operation].responded = position().number
    }

    /// Records an operation that ends now.
    package mutating func record(_ action: Model.Action, _ outcome: Model.Outcome, since start: Position? = nil) {
        respond(invoke(action, since: start), outcome)
    }
}

extension History: CustomStringConvertible {
    package var description: String {
        operations.sorted { $0.invoked < $1.invoked }.map { "  \($0)" }.joined(separator: "\n")
    }
}

extension History.Operation: CustomStringConvertible {
    package var description: String {
        let end = outcome.map { "\(responded): \($0)" } ?? "unknown"
        return "\(invoked)…\(end) \(action)"
    }
}
