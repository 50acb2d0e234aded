// SPDX-License-Identifier: Apache-2.0

/// Decides what happens to a request whose caller leaves before the answer has arrived. A pure value.
///
/// An agent that waits for one of its servers does not check the connection of the request. An abandoned request
/// therefore occupies one of the agent's 200 connections until the agent answers. The client keeps such a request and
/// its permit too, so that the permits match the agent's count.
struct RequestLife: Sendable {
    private enum Phase { case preparing, waiting, reading, over }

    private var phase = Phase.preparing
    private(set) var isAbandoned = false

    /// True if the work has ended.
    var isOver: Bool { phase == .over }

    /// Records that the request is about to be sent.
    ///
    /// - Returns: True if it should be sent; false if the caller has left.
    mutating func send() -> Bool {
        guard !isAbandoned, phase != .over else { return false }
        phase = .waiting
        return true
    }

    /// Records that the head of the answer has arrived: the agent has released the request.
    ///
    /// - Returns: True if the body should be read; false if the caller has left.
    mutating func answered() -> Bool {
        if phase == .waiting { phase = .reading }
        return !isAbandoned
    }

    /// Records that the caller leaves.
    ///
    /// - Returns: True if the work should be canceled at once; false if the request is held.
    mutating func abandon() -> Bool {
        isAbandoned = true
        return phase == .preparing || phase == .reading
    }

    /// Records that the work has ended.
    mutating func end() {
        phase = .over
    }
}
