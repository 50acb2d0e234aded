// SPDX-License-Identifier: Apache-2.0

/// One instance, and what it does when.
struct Server: Sendable {
    /// What it does with requests.
    enum Behaviour: Sendable {
        case answers(ServiceTime)
        /// It says that it cannot, after that time.
        case fails(ServiceTime)
        /// It never says anything: the client's timeout ends the wait.
        case silent
    }

    /// How it works on several requests.
    enum Discipline: Sendable {
        /// All at once, each as if alone: what others do is what takes the time.
        case parallel
        /// One after another, in order.
        case queue
    }

    private let discipline: Discipline
    /// From when on it does what, in order; the first from the beginning. In seconds.
    private var phases: [(start: Double, behaviour: Behaviour)]

    init(_ behaviour: Behaviour, _ discipline: Discipline = .parallel) {
        phases = [(0, behaviour)]
        self.discipline = discipline
    }

    var isQueue: Bool { discipline == .queue }

    /// The same, behaving differently from a time on.
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
