// SPDX-License-Identifier: Apache-2.0

/// The state machine that decides when a second request is sent beside the first. A pure value.
struct HedgingStateMachine {
    /// The next step.
    enum Action: Hashable {
        /// Wait for the requests under way.
        case wait
        /// Send another request, and report that with `begin` or, if it cannot be sent, with `refuse`.
        case beginAnother
        /// No request can succeed any more.
        case giveUp
    }

    private var begun = 1
    private var underWay = 1
    private var mayBegin = true

    /// Two are enough: a third request helps against two slow endpoints at once, and triples the load when all are
    /// slow.
    private static let most = 2

    /// Returns the step after the first request has taken the time that it has for itself.
    func late() -> Action { canBegin ? .beginAnother : .wait }

    /// Notes that a request has failed.
    ///
    /// - Parameter mayBeRepeated: True if the endpoint was at fault.
    mutating func fail(mayBeRepeated: Bool) -> Action {
        underWay -= 1
        if mayBeRepeated, canBegin { return .beginAnother }
        return underWay == 0 ? .giveUp : .wait
    }

    /// Notes that another request was sent.
    mutating func begin() {
        begun += 1
        underWay += 1
    }

    /// Notes that no other request can be sent.
    mutating func refuse() -> Action {
        mayBegin = false
        return underWay == 0 ? .giveUp : .wait
    }

    private var canBegin: Bool { mayBegin && begun < HedgingStateMachine.most }
}
