// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

@Suite("The fate of datagrams")
struct FaultInjectorTests {
    /// What comes of the datagrams 0, 1, 2, … under the given faults.
    private func pass(
        _ count: Int,
        seed: UInt64 = 1,
        _ change: (inout DatagramFaults) -> Void
    ) -> (arrived: [[UInt8]], counters: FaultCounters.Datagrams) {
        var faults = DatagramFaults()
        change(&faults)
        var injector = FaultInjector<Int>(seed: seed)
        var counters = FaultCounters.Datagrams()
        let arrived = (0..<count).flatMap { number in
            let datagram = FaultInjector<Int>.Datagram(bytes: [UInt8(number % 256), 0], address: number)
            return injector.pass(datagram, faults: faults, counters: &counters)
        }
        return (arrived.map(\.bytes), counters)
    }

    private let five: [[UInt8]] = (0..<5).map { [$0, 0] }

    @Test("is to arrive as they were when there are no faults")
    func noFaults() {
        let (arrived, counters) = pass(5) { _ in }
        #expect(arrived == five)
        #expect(counters.received == 5 && counters.forwarded == 5 && counters.bytes == 10)
    }

    @Test("is to vanish in a black hole, or when all are dropped", arguments: [false, true])
    func blackHole(isBlackHole: Bool) {
        let (arrived, counters) = pass(5) {
            $0.isBlackHole = isBlackHole
            $0.dropped = isBlackHole ? 0 : 1
        }
        #expect(arrived.isEmpty)
        #expect(counters.dropped == 5 && counters.forwarded == 0)
    }

    @Test("is to arrive twice when doubled")
    func duplication() {
        let (arrived, counters) = pass(5) { $0.duplicated = 1 }
        #expect(arrived == five.flatMap { [$0, $0] })
        #expect(counters.duplicated == 5 && counters.forwarded == 10)
    }

    @Test("is to be overtaken by the next when reordered")
    func reordering() {
        let (arrived, counters) = pass(4) { $0.reordered = 1 }
        #expect(arrived == [[1, 0], [0, 0], [3, 0], [2, 0]])
        #expect(counters.reordered == 2 && counters.forwarded == 4)
    }

    @Test("is to differ in exactly one byte when corrupted")
    func corruption() {
        let (arrived, counters) = pass(5) { $0.corrupted = 1 }
        #expect(counters.corrupted == 5)
        for (sent, received) in zip(five, arrived) {
            #expect(zip(sent, received).count { $0 != $1 } == 1)
        }
    }

    @Test("follows from the seed, and one fault does not reshuffle another")
    func determinism() {
        let dropped = pass(200) { $0.dropped = 0.3 }
        let again = pass(200) { $0.dropped = 0.3 }
        #expect(dropped.arrived == again.arrived && dropped.counters == again.counters)
        #expect(dropped.arrived != pass(200, seed: 2) { $0.dropped = 0.3 }.arrived)
        #expect((40...80).contains(dropped.counters.dropped))
        let alsoDoubled = pass(200) {
            $0.dropped = 0.3
            $0.duplicated = 1
        }
        #expect(alsoDoubled.arrived == dropped.arrived.flatMap { [$0, $0] })
    }
}
