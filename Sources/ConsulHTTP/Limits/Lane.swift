// SPDX-License-Identifier: Apache-2.0

/// The requests that share permits: those of one purpose about one datacenter. A datacenter that hangs uses up the permits
/// of its own lanes and no others.
struct Lane: Hashable, Sendable {
    /// The purpose of a request.
    enum Purpose: Hashable, Sendable {
        /// Somebody waits for the answer.
        case request
        /// A watch that has nothing to wait for yet, or no permit to wait.
        case watch
        /// A watch that looks for what wakes no question.
        case check
    }

    var purpose: Purpose
    /// The datacenter that is named; `nil` for that of the client, or of the agent.
    var datacenter: String? = nil
}
