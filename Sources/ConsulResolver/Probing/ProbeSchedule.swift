// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

/// Decides which endpoint is probed when.
///
/// A pure value: it reads no clock and holds no generator. Times are counted from any fixed moment. What is due is found
/// by a walk over all endpoints at every step, which is nothing beside the connection that the step is for.
///
/// Probes are spread: endpoints that come together get their first probe at different parts of the interval, and every
/// interval is a tenth longer or shorter at random. Otherwise a thousand processes that lose Consul at the same moment
/// would go on knocking at every instance at the same moment.
struct ProbeSchedule: Sendable {
    /// A probe that has begun. Its number tells it from a later one of an endpoint that left and came back.
    struct Probe: Hashable, Sendable {
        let target: HostPort
        let number: UInt64
    }

    private enum Stage {
        case waiting(until: Duration)
        case underWay(UInt64, since: Duration)
    }

    private let interval: Duration
    private let maximumConcurrent: Int
    private var stages: [HostPort: Stage] = [:]
    private var lastNumber: UInt64 = 0

    /// How many probes have begun and not ended, those of endpoints that have left included.
    private(set) var underWay = 0

    init(interval: Duration, maximumConcurrent: Int) {
        self.interval = interval
        self.maximumConcurrent = maximumConcurrent
    }

    /// When to call ``begin(at:)`` next; `nil` if there is nothing to do before something else happens.
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
    /// These are the endpoints from now on. Those that stay keep their turn.
    mutating func update(_ targets: Set<HostPort>, at now: Duration, using generator: inout some RandomNumberGenerator)
    {
        stages = stages.filter { targets.contains($0.key) }
        // Sorted first: the order of a set differs from run to run, and would make the seed worthless.
        let newcomers = targets.filter { stages[$0] == nil }.sorted().shuffled(using: &generator)
        for (index, target) in newcomers.enumerated() {
            let phase = (Double(index) + Double.random(in: 0..<1, using: &generator)) / Double(newcomers.count)
            stages[target] = .waiting(until: now + interval * phase)
        }
    }

    /// Time has passed, or a place is free. Returns what to probe now; the longest overdue comes first, so that all get
    /// their turn when there are more than can be served.
    mutating func begin(at now: Duration) -> [Probe] {
        let due = waiting.filter { $0.due <= now }.sorted { ($0.due, $0.target) < ($1.due, $1.target) }
        return due.prefix(maximumConcurrent - underWay).map { target, _ in
            lastNumber += 1
            underWay += 1
            stages[target] = .underWay(lastNumber, since: now)
            return Probe(target: target, number: lastNumber)
        }
    }

    /// A probe has ended.
    ///
    /// - Returns: Whether its result counts; not if the endpoint has left in the meantime.
    mutating func finish(_ probe: Probe, at now: Duration, using generator: inout some RandomNumberGenerator) -> Bool {
        underWay -= 1
        guard case .underWay(probe.number, let start) = stages[probe.target] else { return false }
        let next = start + interval * Double.random(in: 0.9...1.1, using: &generator)
        stages[probe.target] = .waiting(until: max(next, now))
        return true
    }
}
