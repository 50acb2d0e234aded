// SPDX-License-Identifier: Apache-2.0

/// The record of what programs saw in a run, and of every invariant that was violated.
///
/// A pure value: the callers pass the time. Events of one lock, one election or one client arrive in their order.
package struct Ledger: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// The number of events of each kind.
    package private(set) var counts: [String: Int] = [:]
    /// The violated invariants, with the facts that show it.
    package private(set) var violations: [String] = []

    /// The time since which no fault is in effect; `nil` while one is.
    package var calmSince: Instant?

    /// The calm time after which an instance that has left must not be handed out, and after which watchers agree.
    private let allowance: Duration
    private var departures: [UInt16: Instant] = [:]
    private var arrivals: Set<UInt16> = []
    /// The departures that a client has missed.
    private var reported: Set<String> = []
    private var holders: [String: UInt64] = [:]
    private var lastTokens: [String: UInt64] = [:]

    package init(allowance: Duration = .seconds(5)) { self.allowance = allowance }

    /// Counts events without an invariant.
    package mutating func count(_ event: String, _ number: Int = 1) { counts[event, default: 0] += number }

    private mutating func violate(_ text: String) {
        // The first violations tell what went wrong; thousands of followers would hide them.
        if violations.count < 100 { violations.append(text) }
    }

    // MARK: Endpoints

    /// Records that an instance is about to be registered.
    package mutating func registers(_ port: UInt16) {
        arrivals.insert(port)
        departures[port] = nil
    }

    /// Records that an instance has been deregistered.
    package mutating func deregistered(_ port: UInt16, at now: Instant) { departures[port] = now }

    /// Records that an endpoint was handed out.
    package mutating func handedOut(_ port: UInt16, by client: String, at now: Instant) {
        count("endpoints handed out")
        guard arrivals.contains(port) else { return violate("\(client) handed out the port \(port), never registered") }
        guard let calmSince, let departure = departures[port] else { return }
        let age = max(departure, calmSince).duration(to: now)
        if age > allowance, reported.insert("\(client) \(port) \(departure)").inserted {
            violate("\(client) handed out the port \(port), gone for \(age) of calm")
        }
    }

    /// Records a set of endpoints. At least one instance is registered at all times, so no set is empty.
    ///
    /// - Parameter emptiness: Why a set is empty; `nil` for one that is not.
    package mutating func published(emptyBecauseOf emptiness: String?, by client: String) {
        count("published sets")
        if let emptiness { violate("\(client) published an empty set while an instance is healthy: \(emptiness)") }
    }

    // MARK: Holders

    /// Records that the body of a lock or of a leader begins.
    package mutating func holds(_ key: String, token: UInt64) {
        count("holds of \(key)")
        if let other = holders[key] { violate("\(key) has two holders, with the tokens \(other) and \(token)") }
        if let last = lastTokens[key], last >= token { violate("\(key): token \(token) after \(last)") }
        holders[key] = token
        lastTokens[key] = max(token, lastTokens[key] ?? 0)
    }

    /// Records that the body has ended.
    package mutating func released(_ key: String, token: UInt64) {
        if holders[key] == token { holders[key] = nil }
    }

    /// Records a fenced write that Consul accepted or refused.
    package mutating func wrote(_ key: String, token: UInt64, over last: UInt64?) {
        count("fenced writes of \(key)")
        if let last, last > token { violate("\(key): a write with the token \(token) over one with \(last)") }
    }

    // MARK: Configuration

    /// Records a configuration of two values that are always written together.
    package mutating func read(_ first: Int, _ second: Int, by client: String) {
        count("configurations")
        if first != second { violate("\(client) has a configuration of the versions \(first) and \(second)") }
    }

    // MARK: Calm

    /// Records how long an agreement took after the last fault; `nil` if it was not reached.
    ///
    /// - Parameter own: The time of calm that Consul itself may need before the programs can agree.
    package mutating func agreed(_ what: String, after time: Duration?, ofWhichConsulNeeds own: Duration = .zero) {
        count("agreements")
        guard let time else { return violate("no agreement on \(what) while all is calm") }
        slowest = max(slowest, time - own)
        if time > allowance + own { violate("agreement on \(what) took \(time) of calm") }
    }

    /// The longest time that an agreement took, without the time that Consul itself may need.
    package private(set) var slowest = Duration.zero

    /// Records the ports in the snapshot that a program has left; `nil` if there is no file.
    package mutating func stored(_ ports: Set<UInt16>?, stable: UInt16, by client: String) {
        count("snapshots")
        guard let ports else { return violate("\(client) has left no snapshot") }
        if !ports.contains(stable) {
            violate("\(client) has left a snapshot without the instance that stays: \(ports)")
        }
        let strangers = ports.subtracting(arrivals)
        if !strangers.isEmpty { violate("\(client) has left a snapshot with ports never registered: \(strangers)") }
    }

    /// Records what is left when all programs have ended.
    package mutating func left(_ count: Int, _ what: String) {
        if count > 0 { violate("\(count) \(what) left at the end") }
    }
}
