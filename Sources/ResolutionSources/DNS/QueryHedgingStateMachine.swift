// SPDX-License-Identifier: Apache-2.0

import ResolutionModel

/// The hedging state machine of one resolution, in which up to two nameservers are queried at once: the preferred one,
/// and another beside it when the preferred one is late.
///
/// A pure value: methods take events and return decisions. The first usable answer wins. An empty answer is less useful
/// than instances: if it comes from the server queried later, the server queried before it gets a little more time,
/// because using instances that it may return is the safer choice.
struct QueryHedgingStateMachine {
    struct Contestant: Sendable {
        let attempt: ServerAttempt
        /// True if the server is queried because another was late.
        let isHedge: Bool
    }

    enum Decision {
        /// Return this outcome, which this server provided.
        case finish(Resolution, Contestant)
        /// Set the hedge timer for this server, and wait.
        case wait(for: Contestant)
        /// Query another server beside the late one.
        case hedge
        /// Wait for the next event.
        case idle
        /// End the race: no query is left in flight.
        case giveUp
    }

    /// The servers with a query in flight, in the order in which they were queried.
    private(set) var underWay: [Contestant] = []
    private var held: (resolution: Resolution, contestant: Contestant)?

    mutating func begin(_ contestant: Contestant) { underWay.append(contestant) }

    /// Records the end of one server's turn.
    ///
    /// - Parameters:
    ///   - resolution: The server's outcome; `nil` if it had no usable answer.
    ///   - hasShownPart: True if any answer so far had instances, even if not all of them.
    mutating func end(_ attempt: ServerAttempt, with resolution: Resolution?, hasShownPart: Bool) -> Decision {
        guard let index = underWay.firstIndex(where: { $0.attempt.server == attempt.server }) else { return .idle }
        let contestant = underWay.remove(at: index)
        if let resolution {
            guard case .empty = resolution.outcome, index > 0 else { return .finish(resolution, contestant) }
            held = (resolution, contestant)
            return .wait(for: underWay[0])
        }
        if hasShownPart { held = nil }
        if let last = underWay.last { return held == nil ? .wait(for: last) : .idle }
        return held.map { .finish($0.resolution, $0.contestant) } ?? .giveUp
    }

    /// Records that the name of a server to hedge with has been looked up.
    func somebodyIsFound() -> Decision { held == nil && underWay.count == 1 ? .hedge : .idle }

    /// Records that the latest timer fired.
    func timeIsUp() -> Decision {
        if let held { return .finish(held.resolution, held.contestant) }
        return underWay.count == 1 ? .hedge : .idle
    }
}
