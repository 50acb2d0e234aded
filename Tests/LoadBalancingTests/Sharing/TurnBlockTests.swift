// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import LoadBalancing

struct TurnBlockTests {
    @Test func `A stripe alone takes turns one by one, also where the counter wraps around`() {
        let counter = Atomic<UInt32>(.max - 1)
        var block = TurnBlock()
        let turns = (0..<4).map { _ in block.take(from: counter) }
        let next = counter.load(ordering: .relaxed)
        #expect(turns == [.max - 1, .max, 0, 1])
        #expect(next == 2)
    }

    @Test func `Threads that meet give each turn to one pick`() async {
        let shared = SharedCounter()
        let (threads, picks) = (4, 200_000)
        let turns = await withTaskGroup(of: [UInt32].self) { group in
            for _ in 0..<threads {
                group.addTask {
                    var block = TurnBlock()
                    return (0..<picks).map { _ in block.take(from: shared.counter) }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(turns).count == threads * picks)
        // A block that is not used up leaves at most 255 turns to no pick.
        #expect(shared.counter.load(ordering: .relaxed) <= threads * picks + threads * 255)
    }

    private final class SharedCounter: Sendable {
        let counter = Atomic<UInt32>(0)
    }
}
