// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides when a candidate campaigns, given the ends of its terms and the state of its gate. A pure value.
///
/// A candidate that gives its leadership away pauses longer than one that lost it: the others must get the chance to
/// lead. Failures are followed by a backoff, so that candidates do not storm servers that have just lost their own leader.
/// A short term whose body failed does not end the backoff: a body that fails at once would otherwise make a candidate
/// lead several times a second.
struct Campaign: Sendable {
    /// The next action.
    enum Action: Hashable, Sendable {
        /// Ask the gate, then call ``gateAnswered(_:chance:)``.
        case askGate
        /// Campaign, and lead if elected.
        case campaign
        /// Let this time pass, then call ``resumed()``.
        case pause(Duration)
    }

    /// The end of a campaign or of a term.
    enum End: Hashable, Sendable {
        /// The body returned, or the leader resigned.
        case resigned
        /// The gate was closed.
        case gateClosed
        /// The lock was lost.
        case lost
        /// Consul could not be asked.
        case failed
        /// A request of the body failed, because Consul could not be asked or refused it.
        case bodyFailed
    }

    /// The pause after a resignation, before jitter.
    static let courtesy = Duration.seconds(1)

    private let hasGate: Bool
    private let gateInterval: Duration
    /// A term of at least this length counts as a success, however it ended.
    static let longTerm = Duration.seconds(10)

    private var backoff = Backoff(initial: .milliseconds(250), maximum: .seconds(10), jitter: .half)

    /// - Parameter gateInterval: The time between two questions to the gate; `nil` without a gate.
    init(gateInterval: Duration?) {
        hasGate = gateInterval != nil
        self.gateInterval = gateInterval ?? .zero
    }

    /// Begins, or goes on after a pause.
    func resumed() -> Action { hasGate ? .askGate : .campaign }

    /// Handles the answer of the gate.
    ///
    /// - Parameter chance: A random number from 0 to 1.
    func gateAnswered(_ isOpen: Bool, chance: Double) -> Action {
        isOpen ? .campaign : .pause(gateInterval * (1 + chance / 4))
    }

    /// Handles the end of a campaign or a term.
    ///
    /// - Parameters:
    ///   - term: The length of the term; `nil` if the candidate was not elected.
    ///   - chance: A random number from 0 to 1.
    mutating func ended(_ end: End, after term: Duration? = nil, chance: Double) -> Action {
        if let term, end != .bodyFailed || term >= Self.longTerm { backoff.reset() }
        return switch end {
        case .resigned: .pause(Self.courtesy * (1 + chance))
        case .gateClosed: .pause(max(Self.courtesy, gateInterval) * (1 + chance))
        case .lost, .failed: .pause(backoff.next(chance: chance))
        case .bodyFailed: .pause(max(Self.courtesy * (1 + chance), backoff.next(chance: chance)))
        }
    }
}
