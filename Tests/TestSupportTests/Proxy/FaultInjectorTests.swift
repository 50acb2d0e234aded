// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

struct FaultInjectorTests {
    /// Passes the datagrams 0, 1, 2, … through an injector with the given faults.
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

    @Test func `Datagrams arrive unchanged without faults`() {
        let (arrived, counters) = pass(5) { _ in }
        #expect(arrived == five)
        #expect(counters.received == 5 && counters.forwarded == 5 && counters.bytes == 10)
    }

    @Test(arguments: [false, true])
    func `No datagram arrives in a black hole or if all are dropped`(isBlackHole: Bool) {
        let (arrived, counters) = pass(5) {
            $0.isBlackHole = isBlackHole
            $0.dropped = isBlackHole ? 0 : 1
        }
        #expect(arrived.isEmpty)
        #expect(counters.dropped == 5 && counters.forwarded == 0)
    }

    @Test func `A duplicated datagram arrives twice`() {
        let (arrived, counters) = pass(5) { $0.duplicated = 1 }
        #expect(arrived == five.flatMap { [$0, $0] })
        #expect(counters.duplicated == 5 && counters.forwarded == 10)
    }

    @Test func `A reordered datagram arrives after the next one`() {
        let (arrived, counters) = pass(4) { $0.reordered = 1 }
        #expect(arrived == [[1, 0], [0, 0], [3, 0], [2, 0]])
        #expect(counters.reordered == 2 && counters.forwarded == 4)
    }

    @Test func `A corrupted datagram differs in exactly one byte`() {
        let (arrived, counters) = pass(5) { $0.corrupted = 1 }
        #expect(counters.corrupted == 5)
        for (sent, received) in zip(five, arrived) {
            #expect(zip(sent, received).count { $0 != $1 } == 1)
        }
    }

    @Test
    func `Faults follow from the seed, and changing one fraction does not affect the other faults`() {
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
