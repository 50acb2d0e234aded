// SPDX-License-Identifier: Apache-2.0

/// A method of choosing among endpoints.
///
/// Implement it for a policy of your own: ``makePicker(for:)`` is called when the set of endpoints or their health
/// changes and may take its time; the picker's ``EndpointPicker/pick(for:)`` is called for every pick and should not.
public protocol BalancingPolicy: Sendable, CustomStringConvertible {
    /// Creates the picker that chooses among these candidates.
    ///
    /// - Parameter candidates: Never empty; sorted by host and port, so that the order of an answer does not matter.
    func makePicker(for candidates: [Candidate]) -> any EndpointPicker

    /// True if picks depend on how long requests take. The time is measured only then. Default false.
    var measuresLatency: Bool { get }

    /// The division of picks among the priorities and places that share the load at the moment, each of which has a
    /// picker of its own. Default ``TierChoice/turns``; a policy that keeps to an endpoint has to keep to a tier first.
    var tierChoice: TierChoice { get }
}

extension BalancingPolicy {
    /// The default: the time is not measured.
    public var measuresLatency: Bool { false }

    /// The default: by turns.
    public var tierChoice: TierChoice { .turns }
}

/// A picker that chooses among the candidates that it was made for.
///
/// Called by any thread, by many at once; without locks of this library being held, unless the picker is the library's
/// own.
public protocol EndpointPicker: AnyObject, Sendable {
    /// Returns the index of the chosen candidate. An index out of range counts as an unusable candidate.
    func pick(for request: borrowing PickRequest) -> Int
}

/// The division of picks among tiers: the priorities and places that share the load while the most preferred one cannot
/// take all of it. In each case, each tier gets its share of all keys, clients or picks.
public enum TierChoice: Hashable, Sendable {
    /// By turns.
    case turns

    /// By ``PickOptions/key``: the same tier for the same key, in every process that sees the same shares. When shares
    /// change, few keys move: between two tiers as few as possible, among more at most twice as many. By turns for
    /// picks without a key.
    case key

    /// The same tier for all picks of this client, drawn by the seed; `nil` for the balancer's own.
    case client(seed: UInt64?)
}
