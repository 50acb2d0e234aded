// SPDX-License-Identifier: Apache-2.0

/// Decides about one resolution that may have two nameservers under way at once: the preferred one, and another beside it
/// when that is late.
///
/// A pure value: events in by method, decisions out. Whoever is useful first wins. An empty answer is not quite as useful
/// as instances: if it comes from the server asked later, the one asked before it is given a little more time, for what it
/// may show is the safer thing to believe.
struct Race {
    struct Contestant: Sendable {
        let visit: NameserverVisit
        /// Whether it is asked because another was late.
        let isHedge: Bool
    }

    enum Decision {
        /// That is the outcome, by that server.
        case finish(Resolution, Contestant)
        /// Set the time for the server that is under way, and wait.
        case wait(for: Contestant)
        /// Ask another one beside the one that is late.
        case hedge
        /// Wait for what is going on.
        case idle
        /// Nobody is left.
        case giveUp
    }

    /// In the order in which they were asked.
    private(set) var underWay: [Contestant] = []
    private var held: (resolution: Resolution, contestant: Contestant)?

    mutating func begin(_ contestant: Contestant) { underWay.append(contestant) }

    /// A server has had its turn.
    ///
    /// - Parameters:
    ///   - resolution: What came of it; `nil` if it was of no use.
    ///   - hasShownPart: Whether instances have been shown, if only a part of them.
    mutating func end(_ visit: NameserverVisit, with resolution: Resolution?, hasShownPart: Bool) -> Decision {
        guard let index = underWay.firstIndex(where: { $0.visit.server == visit.server }) else { return .idle }
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

    /// The name of a server to hedge with has been looked up.
    func somebodyIsFound() -> Decision { held == nil && underWay.count == 1 ? .hedge : .idle }

    /// The time that was set last is over.
    func timeIsUp() -> Decision {
        if let held { return .finish(held.resolution, held.contestant) }
        return underWay.count == 1 ? .hedge : .idle
    }
}
