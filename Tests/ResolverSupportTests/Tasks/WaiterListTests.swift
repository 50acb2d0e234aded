// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import ResolverSupport

struct WaiterListTests {
    private final class Waiters: Sendable {
        let list = NIOLockedValueBox(WaiterList<Int>())

        func enter() -> WaiterList<Int>.Place { list.withLockedValue { $0.enter() } }
        func wait(at place: WaiterList<Int>.Place) async -> Int {
            await withUnsafeContinuation { continuation in
                list.withLockedValue { $0.wait(continuation, at: place) }?.resume()
            }
        }
        func settle(_ place: WaiterList<Int>.Place, with value: Int) {
            list.withLockedValue { $0.settle(place, with: value) }?.resume()
        }
        func settleAll(with value: Int) {
            for call in list.withLockedValue({ $0.settleAll(with: value) }) { call.resume() }
        }
        var isEmpty: Bool { list.withLockedValue { $0.isEmpty } }
    }

    private let waiters = Waiters()

    @Test func `A list of waiters returns a value to a caller that begins to wait after it was settled`() async throws {
        let (one, other) = (waiters.enter(), waiters.enter())
        waiters.settle(one, with: 1)
        waiters.settleAll(with: 2)
        #expect(await waiters.wait(at: one) == 1)
        #expect(await waiters.wait(at: other) == 2)
        #expect(waiters.isEmpty)
    }

    @Test func `A list of waiters resumes one caller without the others`() async throws {
        let (one, other) = (waiters.enter(), waiters.enter())
        async let first = waiters.wait(at: one)
        async let second = waiters.wait(at: other)
        waiters.settle(one, with: 1)
        #expect(await first == 1)
        waiters.settleAll(with: 2)
        #expect(await second == 2)
        #expect(waiters.isEmpty)
    }

    @Test func `A list of waiters settles a place once, with the first value`() async throws {
        let place = waiters.enter()
        async let value = waiters.wait(at: place)
        waiters.settle(place, with: 1)
        waiters.settle(place, with: 2)
        #expect(await value == 1)
        waiters.settle(place, with: 3)
        #expect(waiters.isEmpty)
    }

    @Test func `A list of waiters loses no caller when many arrive while it is emptied`() async throws {
        let served = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<500 {
                let place = waiters.enter()
                group.addTask { [waiters] in await waiters.wait(at: place) }
                if place.hashValue % 7 == 0 { waiters.settleAll(with: 1) }
            }
            waiters.settleAll(with: 1)
            return await group.reduce(0, +)
        }
        #expect(served == 500)
        #expect(waiters.isEmpty)
    }
}
