// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionFailover

/// Places that go down and come back.
struct FailoverFlappingTests {
    /// Takes the first place down and up, and returns the number of seconds until it is used again.
    private func relapse(_ bench: inout FailoverBench) -> Int? {
        bench.good = [1]
        _ = bench.tick()
        #expect(bench.state.current == 1)
        bench.good = [0, 1]
        return bench.secondsUntilMoved().map { $0 - 1 }
    }

    @Test func `Every relapse doubles the wait, up to five minutes`() {
        var bench = FailoverBench(good: [0, 1])
        _ = bench.tick()
        let waits = (0..<8).map { _ in relapse(&bench) }
        #expect(waits == [10, 20, 40, 80, 160, 300, 300, 300])
    }

    @Test func `A wait that is configured longer than the maximum is not doubled`() {
        var bench = FailoverBench(failback: .seconds(400), good: [0, 1])
        _ = bench.tick()
        #expect((0..<3).map { _ in relapse(&bench) } == [400, 400, 400])
    }

    @Test func `A place that stays healthy long enough resets its wait`() {
        var bench = FailoverBench(good: [0, 1])
        _ = bench.tick()
        for _ in 0..<3 { _ = relapse(&bench) }
        for _ in 0..<FailoverTarget.trial.components.seconds { _ = bench.tick() }
        #expect(relapse(&bench) == 10)
        for _ in 0..<7 { _ = relapse(&bench) }
        // After a wait of five minutes, one healthy minute is too short.
        for _ in 0..<FailoverTarget.trial.components.seconds { _ = bench.tick() }
        #expect(relapse(&bench) == 300)
        for _ in 0..<300 { _ = bench.tick() }
        #expect(relapse(&bench) == 10)
    }

    @Test func `A flapping place moves its callers less than twenty times in an hour`() {
        var bench = FailoverBench(good: [1])
        var moves = 0
        for _ in 0..<3600 {
            // It goes down as soon as it is used, and comes back as soon as it is not.
            bench.good = bench.state.current == 0 ? [1] : [0, 1]
            let before = bench.state.current
            _ = bench.tick()
            if before == 1, bench.state.current == 0 { moves += 1 }
        }
        // It is used again after 10, 20, 40, 80 and 160 seconds, and then every 300.
        #expect((10..<20).contains(moves))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `Callers get endpoints if any place has them, and are moved only by the rule`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let targets = Int.random(in: 2...4, using: &generator)
        let failback = Duration.seconds(Int.random(in: 1...20, using: &generator))
        let unrest = Double.random(in: 0.005...0.4, using: &generator)
        var bench = FailoverBench(targets: targets, failback: failback, good: Set(0..<targets))
        var hadAny = false
        for _ in 0..<600 {
            bench.pass(.milliseconds(Int.random(in: 0...2500, using: &generator)))
            for target in 0..<targets where generator.happens(unrest) { bench.good.formSymmetricDifference([target]) }
            let before = bench.state.current
            // If no place had endpoints, there is no place to move callers from.
            let isLost = before.map { !bench.good.contains($0) } ?? true || !hadAny
            let lookup = bench.lookUp()
            hadAny = lookup.found != nil
            #expect((lookup.found == nil) == bench.good.isEmpty)
            if let found = lookup.found {
                #expect(bench.good.contains(found))
                #expect(isLost || found == before, "moved from a place that was good")
            }
            let used = bench.state.current
            bench.queryInBackground()
            guard let after = bench.state.current, let used, after != used else { continue }
            guard bench.good.contains(used) else { continue }
            #expect(after < used, "given to a place that is not preferred")
            let since = bench.goodSince[after] ?? bench.elapsed
            #expect(bench.elapsed - since >= failback, "given back too early")
        }
    }
}
