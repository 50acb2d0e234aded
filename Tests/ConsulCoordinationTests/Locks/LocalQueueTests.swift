// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport
import TestSupport
import Testing

@testable import ConsulCoordination

/// The order of the tasks of one process that want the same key.
struct LocalQueueTests {
    private let queue = LocalQueue()

    @Test func `Turns are given in the order in which the tasks came`() async throws {
        try await withConsul(port: 1) { client in
            let first = queue.enter(["a"], client, nil)
            #expect(first.isFirst)
            let order = WatchedValue<[Int]>([])
            try await withThrowingTaskGroup { group in
                for number in 1...5 {
                    let (place, isFirst) = queue.enter(["a"], client, nil)
                    #expect(!isFirst)
                    group.addTask {
                        try await queue.wait(at: place, until: nil)
                        order.update { $0.append(number) }
                        place.leave()
                    }
                }
                first.place.leave()
                try await group.waitForAll()
            }
            #expect(order.current == [1, 2, 3, 4, 5])
            #expect(queue.isEmpty)
        }
    }

    @Test func `Other keys, datacenters and clients have lines of their own`() async throws {
        try await withConsul(port: 1) { client in
            try await withConsul(port: 1) { other in
                let entered = [
                    queue.enter(["a"], client, nil), queue.enter(["b"], client, nil), queue.enter(["a"], client, "dc2"),
                    queue.enter(["a"], other, nil),
                ]
                #expect(entered.allSatisfy { $0.isFirst })
                #expect(!queue.enter(["a"], other, nil).isFirst)
            }
        }
    }

    @Test func `A waiter that is canceled or out of time leaves, and the next one moves up`() async throws {
        try await withConsul(port: 1) { client in
            let first = queue.enter(["a"], client, nil).place
            let canceled = queue.enter(["a"], client, nil).place
            let late = queue.enter(["a"], client, nil).place
            let last = queue.enter(["a"], client, nil).place
            let task = Task { try await queue.wait(at: canceled, until: nil) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(20)) }
            await #expect(throws: Deadline.Passed.self) {
                try await queue.wait(at: late, until: Deadline(in: .milliseconds(1)))
            }
            first.leave()
            first.leave()
            try await queue.wait(at: last, until: Deadline(in: .seconds(20)))
            last.leave()
            #expect(queue.isEmpty)
        }
    }

    @Test func `A task that waits for several keys holds none of them, and gets all of them at once`() async throws {
        try await withConsul(port: 1) { client in
            let second = queue.enter(["b"], client, nil).place
            let both = queue.enter(["a", "b"], client, nil)
            #expect(!both.isFirst)
            // The body of the task with the turn of b wants a, which no task has.
            let first = queue.enter(["a"], client, nil)
            #expect(first.isFirst)
            second.leave()
            #expect(!queue.enter(["a"], client, nil).isFirst)
            first.place.leave()
            try await queue.wait(at: both.place, until: Deadline(in: .seconds(20)))
            #expect(!queue.enter(["b"], client, nil).isFirst)
        }
    }

    @Test func `A place that is left while it waits blocks no other, and each turn that ends begins others`()
        async throws
    {
        try await withConsul(port: 1) { client in
            let both = queue.enter(["a", "b"], client, nil).place
            let left = queue.enter(["a", "b"], client, nil).place
            let (first, second) = (queue.enter(["a"], client, nil).place, queue.enter(["b"], client, nil).place)
            left.leave()
            both.leave()
            for place in [first, second] {
                try await queue.wait(at: place, until: Deadline(in: .seconds(20)))
                place.leave()
            }
            #expect(queue.isEmpty)
        }
    }
}
