// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BalancingSimulation

/// Checks of the simulator itself, on which all statements about balancers rely.
@Suite struct SimulatorTests {
    @Test func `Events come in the order of their times, and those of equal time in the order of insertion`() {
        var chances = Chances(seed: 1)
        let queue = EventQueue()
        let times = (0..<3000).map { _ in Int64(chances.index(below: 500)) }
        for (index, time) in times.enumerated() { queue.add(.answer(request: index), at: time) }
        var order: [Int] = []
        while let event = queue.next() {
            if case .answer(let request) = event.kind { order.append(request) }
        }
        #expect(order == times.indices.sorted { (times[$0], $0) < (times[$1], $1) })
    }

    @Test func `Service times have the stated means`() {
        let times: [ServiceTime] = [
            .constant(0.5), .exponential(mean: 0.5), .lognormal(mean: 0.5, spread: 1), .uniform(below: 1),
        ]
        for time in times {
            var chances = Chances(seed: 1)
            let mean = (0..<50_000).reduce(0) { sum, _ in sum + time.draw(&chances) } / 50_000
            #expect(abs(mean - 0.5) < 0.01)
        }
    }

    /// At half load, theory gives twice the service time on average, and ln 100 times that at the 99th percentile.
    @Test func `A queue has the latencies that theory predicts`() {
        let setting = Setting(
            servers: [Server](repeating: Server(.answers(.exponential(mean: 0.010)), .queue), count: 4),
            arrivals: .open(perSecond: 200, seconds: 300)
        )
        let run = Simulation.run(setting, .random)
        #expect(abs(run.meanLatency / 0.020 - 1) < 0.05)
        #expect(abs(run.percentile(0.99) / 0.0921 - 1) < 0.05)
    }

    @Test func `A closed loop keeps the stated number of requests in flight`() {
        let setting = Setting(
            servers: [Server](repeating: Server(.answers(.constant(0.1))), count: 3),
            arrivals: .closed(inFlight: 50, requests: 1000)
        )
        let run = Simulation.run(setting, .roundRobin)
        #expect(run.count == 1000)
        #expect(run.end == 2)
    }

    @Test func `A silent server costs the client its timeout`() {
        let setting = Setting(servers: [Server(.silent)], arrivals: .open(perSecond: 10, seconds: 1), timeout: 3)
        let run = Simulation.run(setting, .roundRobin)
        #expect(run.count > 0 && run.failures == run.count)
        #expect(run.samples.allSatisfy { $0.latency == 3_000_000_000 })
    }

    @Test func `A selected element is the one that sorting would put in its place`() {
        var chances = Chances(seed: 1)
        let numbers = (0..<999).map { _ in Int64(chances.index(below: 200)) }
        let sorted = numbers.sorted()
        for position in [0, 1, 10, 500, 997, 998] {
            #expect(Selection.element(at: position, of: numbers) == sorted[position])
        }
    }

    @Test(arguments: [
        (0.99951, Unit.percent(3), "99.951 %"), (0.0005, .percent(1), "0.1 %"), (12_345.6, .plain(1), "12 345.6"),
        (-0.0001, .plain(2), "0.00"), (9999, .plain(0), "9999"), (0.0549, .milliseconds(1), "54.9 ms"),
        (.infinity, .seconds(1), "- s"),
    ])
    func `A figure is written alike on every system`(value: Double, unit: Unit, text: String) {
        #expect(unit.text(value) == text)
    }

    @Test func `A goal that was missed may not get worse, and a goal that was met may not be missed`() {
        func goal(_ figure: Double, reached: Double?) -> Goal {
            Goal(1, "", .atMost(1), figure, .plain(1), missed: reached.map { Goal.Miss(reached: $0, because: "") })
        }
        #expect(goal(1, reached: nil).isAsGoodAsBefore)
        #expect(!goal(1.1, reached: nil).isAsGoodAsBefore)
        #expect(goal(1.1, reached: 1.2).isAsGoodAsBefore)
        #expect(!goal(1.3, reached: 1.2).isAsGoodAsBefore)
    }
}
