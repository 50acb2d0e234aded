// SPDX-License-Identifier: Apache-2.0

/// The lane of a request: requests of one purpose to one datacenter share permits. A datacenter that does not respond
/// uses up the permits of its own lanes only.
struct Lane: Hashable, Sendable {
    /// The purpose of a request.
    enum Purpose: Hashable, Sendable {
        /// A caller waits for the answer.
        case request
        /// A non-blocking read of a watch that has no index to wait on, or no permit to wait.
        case watch
        /// A check of a watch, for changes that do not end a blocking query.
        case check
    }

    var purpose: Purpose
    /// The datacenter that the request names; `nil` for the default datacenter of the client or of the agent.
    var datacenter: String? = nil
}
