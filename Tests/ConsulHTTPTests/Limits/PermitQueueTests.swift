// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

struct PermitQueueTests {
    @Test func `Waiters beyond the permits are served in order`() {
        var queue = PermitQueue<String>(permits: 2)
        let taken = (0..<3).map { _ in queue.take() }
        #expect(taken == [true, true, false])
        for name in ["a", "b", "c"] { queue.enqueue(name, ticket: queue.ticket()) }
        let served = (0..<4).map { _ in queue.release() }
        #expect(served == ["a", "b", "c", nil])
        #expect(queue.free == 1)
    }

    @Test func `A waiter that leaves is not served`() {
        var queue = PermitQueue<String>(permits: 0)
        let tickets = ["a", "b"].map { name in
            let ticket = queue.ticket()
            queue.enqueue(name, ticket: ticket)
            return ticket
        }
        let left = [queue.remove(ticket: tickets[0]), queue.remove(ticket: tickets[0])]
        #expect(left == ["a", nil])
        let served = queue.release()
        #expect(served == "b")
        let leftTooLate = queue.remove(ticket: tickets[1])
        #expect(leftTooLate == nil)
    }

    @Test func `A waiter with an early ticket is served first, even if it is enqueued late`() {
        var queue = PermitQueue<String>(permits: 0)
        let early = queue.ticket()
        for name in ["b", "c"] { queue.enqueue(name, ticket: queue.ticket()) }
        let first = queue.release()
        #expect(first == "b")
        queue.enqueue("a", ticket: early)
        let others = [queue.release(), queue.release()]
        #expect(others == ["a", "c"])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `A queue neither loses nor invents permits`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = PermitQueue<UInt64>(permits: 3)
        var held = 0
        var waiting: [UInt64] = []
        for _ in 0..<500 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                if queue.take() {
                    held += 1
                } else {
                    let ticket = queue.ticket()
                    queue.enqueue(ticket, ticket: ticket)
                    waiting.append(ticket)
                }
            case 1 where held > 0:
                let next = queue.release()
                #expect(next == waiting.first)
                if next == nil { held -= 1 } else { waiting.removeFirst() }
            default:
                guard let index = waiting.indices.randomElement(using: &random) else { continue }
                let ticket = waiting.remove(at: index)
                let left = queue.remove(ticket: ticket)
                #expect(left == ticket)
            }
            #expect(queue.free + held == 3)
            #expect(queue.waiterCount == waiting.count)
        }
    }
}
