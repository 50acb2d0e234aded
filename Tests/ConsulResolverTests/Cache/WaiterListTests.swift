// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolverSupport

struct WaiterListTests {
    private final class Room: Sendable {
        let room = NIOLockedValueBox(WaiterList<Int>())

        func enter() -> WaiterList<Int>.Place { room.withLockedValue { $0.enter() } }
        func wait(at place: WaiterList<Int>.Place) async -> Int {
            await withUnsafeContinuation { continuation in
                room.withLockedValue { $0.wait(continuation, at: place) }?.resume()
            }
        }
        func settle(_ place: WaiterList<Int>.Place, with value: Int) {
            room.withLockedValue { $0.settle(place, with: value) }?.resume()
        }
        func settleAll(with value: Int) {
            for call in room.withLockedValue({ $0.settleAll(with: value) }) { call.resume() }
        }
        var isEmpty: Bool { room.withLockedValue { $0.isEmpty } }
    }

    private let room = Room()

    @Test func `A waiting room returns a value to a caller that begins to wait after it was settled`() async throws {
        let (one, other) = (room.enter(), room.enter())
        room.settle(one, with: 1)
        room.settleAll(with: 2)
        #expect(await room.wait(at: one) == 1)
        #expect(await room.wait(at: other) == 2)
        #expect(room.isEmpty)
    }

    @Test func `A waiting room resumes one caller without the others`() async throws {
        let (one, other) = (room.enter(), room.enter())
        async let first = room.wait(at: one)
        async let second = room.wait(at: other)
        room.settle(one, with: 1)
        #expect(await first == 1)
        room.settleAll(with: 2)
        #expect(await second == 2)
        #expect(room.isEmpty)
    }

    @Test func `A waiting room settles a place once, with the first value`() async throws {
        let place = room.enter()
        async let value = room.wait(at: place)
        room.settle(place, with: 1)
        room.settle(place, with: 2)
        #expect(await value == 1)
        room.settle(place, with: 3)
        #expect(room.isEmpty)
    }

    @Test func `A waiting room loses no caller when many arrive while it is emptied`() async throws {
        let served = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<500 {
                let place = room.enter()
                group.addTask { [room] in await room.wait(at: place) }
                if place.hashValue % 7 == 0 { room.settleAll(with: 1) }
            }
            room.settleAll(with: 1)
            return await group.reduce(0, +)
        }
        #expect(served == 500)
        #expect(room.isEmpty)
    }
}
