// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

struct GateTests {
    @Test func `A gate holds actions until it is opened, and lets later ones pass`() {
        let gate = Gate()
        let passed = WatchedValue<[Int]>([])
        for number in 0..<3 { gate.pass { passed.update { $0.append(number) } } }
        #expect(passed.current == [])
        #expect(gate.held == 3)
        gate.release()
        gate.release()
        #expect(passed.current == [0, 1, 2])
        gate.pass { passed.update { $0.append(3) } }
        #expect(passed.current == [0, 1, 2, 3])
        #expect(gate.held == 0)
    }

    @Test func `A gate may be opened by an action that it holds`() {
        let gate = Gate()
        let passed = WatchedValue(0)
        gate.pass {
            gate.release()
            gate.pass { passed.update { $0 += 1 } }
        }
        gate.release()
        #expect(passed.current == 1)
    }
}
