// SPDX-License-Identifier: Apache-2.0

/// Decides what becomes of a request whose caller leaves before the answer is there. A pure value.
///
/// An agent that waits for one of its servers does not look at the connection that the request came over. A request that
/// its caller has given up therefore holds one of the agent's 200 connections until the agent answers. It goes on here as
/// well, with its permit, so that the permits count what the agent counts.
struct RequestLife: Sendable {
    private enum Phase { case preparing, waiting, reading, over }

    private var phase = Phase.preparing
    private(set) var isAbandoned = false

    /// Whether the work is over.
    var isOver: Bool { phase == .over }

    /// The request is about to be sent.
    ///
    /// - Returns: Whether to send it: not if the caller has left.
    mutating func send() -> Bool {
        guard !isAbandoned, phase != .over else { return false }
        phase = .waiting
        return true
    }

    /// The head of the answer is there: the agent has let go of the request.
    ///
    /// - Returns: Whether to read the body: not if the caller has left.
    mutating func answered() -> Bool {
        if phase == .waiting { phase = .reading }
        return !isAbandoned
    }

    /// The caller leaves.
    ///
    /// - Returns: Whether to cancel the work at once. If not, the request is held.
    mutating func abandon() -> Bool {
        isAbandoned = true
        return phase == .preparing || phase == .reading
    }

    /// The work has ended.
    mutating func end() {
        phase = .over
    }
}
