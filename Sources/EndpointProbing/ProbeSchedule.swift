// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

/// The state machine that decides which endpoint is probed when.
///
/// A pure value: it reads no clock and holds no random number generator. Times are relative to any fixed instant. Each
/// step searches all endpoints for those that are due; the cost is negligible beside that of the connection of a probe.
///
/// Probes are spread: endpoints that are added together get their first probe at different times within the interval,
/// and every interval is up to a tenth longer or shorter at random. Otherwise, a thousand processes that lose Consul at
/// the same moment would keep probing every instance at the same moment.
struct ProbeSchedule: Sendable {
    /// A probe in progress. Its number distinguishes it from a later probe of an endpoint that left and came back.
    struct Probe: Hashable, Sendable {
        package let target: HostPort
        package let number: UInt64
    }

    private enum Stage {
        case waiting(until: Duration)
        case underWay(UInt64, since: Duration)
    }

    private let interval: Duration
    private let maximumConcurrent: Int
    private var stages: [HostPort: Stage] = [:]
    private var lastNumber: UInt64 = 0

    /// The number of probes in progress, including those of endpoints that have left.
    private(set) var underWay = 0

    init(interval: Duration, maximumConcurrent: Int) {
        self.interval = interval
        self.maximumConcurrent = maximumConcurrent
    }

    /// The time at which to call ``begin(at:)`` next; `nil` if no probe can start before another event.
    var nextDue: Duration? {
        underWay < maximumConcurrent ? waiting.lazy.map(\.due).min() : nil
    }

    private var waiting: [(target: HostPort, due: Duration)] {
        stages.compactMap { target, stage in
            if case .waiting(let due) = stage { (target, due) } else { nil }
        }
    }
}

// MARK: - Events

extension ProbeSchedule {
    /// Replaces the set of endpoints. Endpoints that stay keep their next probe time.
    mutating func update(_ targets: Set<HostPort>, at now: Duration, using generator: inout some RandomNumberGenerator)
    {
        stages = stages.filter { targets.contains($0.key) }
        // Sorted before the shuffle: the order of a set differs between runs, and would make the result depend on more
        // than the generator's seed.
        let newcomers = targets.filter { stages[$0] == nil }.sorted().shuffled(using: &generator)
        for (index, target) in newcomers.enumerated() {
            let phase = (Double(index) + Double.random(in: 0..<1, using: &generator)) / Double(newcomers.count)
            stages[target] = .waiting(until: now + interval * phase)
        }
    }

    /// Starts the probes that are due, as far as ``maximumConcurrent`` allows, and returns them. The longest overdue
    /// comes first, so that every endpoint gets its turn if there are more than can be probed in an interval.
    mutating func begin(at now: Duration) -> [Probe] {
        let due = waiting.filter { $0.due <= now }.sorted { ($0.due, $0.target) < ($1.due, $1.target) }
        return due.prefix(maximumConcurrent - underWay).map { target, _ in
            lastNumber += 1
            underWay += 1
            stages[target] = .underWay(lastNumber, since: now)
            return Probe(target: target, number: lastNumber)
        }
    }

    /// Records the end of a probe.
    ///
    /// - Returns: True if its result counts; false if the endpoint has left in the meantime.
    mutating func finish(_ probe: Probe, at now: Duration, using generator: inout some RandomNumberGenerator) -> Bool {
        underWay -= 1
        guard case .underWay(probe.number, let start) = stages[probe.target] else { return false }
        let next = start + interval * Double.random(in: 0.9...1.1, using: &generator)
        stages[probe.target] = .waiting(until: max(next, now))
        return true
    }
}
