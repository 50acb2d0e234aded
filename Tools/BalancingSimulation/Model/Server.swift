// SPDX-License-Identifier: Apache-2.0

/// One instance, with its behavior over time.
struct Server: Sendable {
    /// The treatment of requests.
    enum Behavior: Sendable {
        case answers(ServiceTime)
        /// An error, after that time.
        case fails(ServiceTime)
        /// No response: the client's timeout ends the wait.
        case silent
    }

    /// The treatment of concurrent requests.
    enum Discipline: Sendable {
        /// All at once, each as if alone: the time is spent waiting for other systems.
        case parallel
        /// One after another, in order.
        case queue
    }

    private let discipline: Discipline
    /// The behaviors in order, each with its start in seconds; the first starts at zero.
    private var phases: [(start: Double, behavior: Behavior)]

    init(_ behavior: Behavior, _ discipline: Discipline = .parallel) {
        phases = [(0, behavior)]
        self.discipline = discipline
    }

    var isQueue: Bool { discipline == .queue }

    /// Returns a copy that behaves differently from a time on.
    func changing(to behavior: Behavior, at start: Double) -> Server {
        var other = self
        other.phases.append((start, behavior))
        return other
    }

    func behavior(at time: Double) -> Behavior {
        var current = phases[0].behavior
        var next = 1
        while next < phases.count, phases[next].start <= time {
            current = phases[next].behavior
            next &+= 1
        }
        return current
    }
}
