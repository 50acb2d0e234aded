// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

@Suite("A gate")
struct GateTests {
    @Test("holds everything until it is opened, then nothing")
    func opening() {
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

    @Test("may be opened by what passes through it")
    func reentry() {
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
