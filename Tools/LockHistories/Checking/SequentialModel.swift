// SPDX-License-Identifier: Apache-2.0

/// The state of an object that one operation at a time changes, which concurrent histories are compared with.
package protocol SequentialModel: Hashable, Sendable {
    associatedtype Action: Sendable
    associatedtype Outcome: Hashable, Sendable

    /// Returns the state after an action.
    ///
    /// - Parameter outcome: The outcome that the caller saw; `nil` if the caller saw none, and the action took effect.
    /// - Returns: `nil` if the action cannot have this outcome in this state, or if it has no effect and no outcome.
    func applying(_ action: Action, _ outcome: Outcome?) -> Self?
}
