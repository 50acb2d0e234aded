// SPDX-License-Identifier: Apache-2.0

/// Decides when a second request goes out beside the first. A pure value.
struct Hedge {
    /// What to do.
    enum Action: Hashable {
        /// Wait for what is under way.
        case wait
        /// Send another one, and say that with `begin` or, if it cannot be sent, `refuse`.
        case beginAnother
        /// There will be no success.
        case giveUp
    }

    private var begun = 1
    private var underWay = 1
    private var mayBegin = true

    /// Two are enough: a third request helps against two slow endpoints at once, and trebles the load when all are slow.
    private static let most = 2

    /// The first has taken as long as it has for itself.
    func late() -> Action { canBegin ? .beginAnother : .wait }

    /// One has failed.
    ///
    /// - Parameter mayBeRepeated: Whether it was the endpoint's fault.
    mutating func fail(mayBeRepeated: Bool) -> Action {
        underWay -= 1
        if mayBeRepeated, canBegin { return .beginAnother }
        return underWay == 0 ? .giveUp : .wait
    }

    /// Another one was sent.
    mutating func begin() {
        begun += 1
        underWay += 1
    }

    /// No other one can be sent.
    mutating func refuse() -> Action {
        mayBegin = false
        return underWay == 0 ? .giveUp : .wait
    }

    private var canBegin: Bool { mayBegin && begun < Hedge.most }
}
