// SPDX-License-Identifier: Apache-2.0

/// One instance, with its behavior over time.
struct Server: Sendable {
    /// The treatment of requests.
    enum Behaviour: Sendable {
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
    private var phases: [(start: Double, behaviour: Behaviour)]

    init(_ behaviour: Behaviour, _ discipline: Discipline = .parallel) {
        phases = [(0, behaviour)]
        self.discipline = discipline
    }

    var isQueue: Bool { discipline == .queue }

    /// Returns a copy that behaves differently from a time on.
    func changing(to behaviour: Behaviour, at start: Double) -> Server {
        var other = self
        other.phases.append((start, behaviour))
        return other
    }

    func behaviour(at time: Double) -> Behaviour {
        var current = phases[0].behaviour
        var next = 1
        while next < phases.count, phases[next].start <= time {
            current = phases[next].behaviour
            next &+= 1
        }
        return current
    }
}
