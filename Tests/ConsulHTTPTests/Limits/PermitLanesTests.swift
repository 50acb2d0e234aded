// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

struct PermitLanesTests {
    typealias Lanes = PermitLanes<String>

    private func lane(_ datacenter: String?, _ purpose: Lane.Purpose = .request) -> Lane {
        Lane(purpose: purpose, datacenter: datacenter)
    }

    /// Returns the number of permits that a lane has at a time.
    private func permits(of lane: Lane, in lanes: inout Lanes) -> Int {
        var count = 0
        while count < 1000 {
            let place = lanes.join(lane)
            guard lanes.take(place) else { break }
            count += 1
        }
        return count
    }

    @Test func `Each lane has permits of its own`() {
        var lanes = Lanes(Lanes.Limits(own: 8))
        let hung = permits(of: lane("hung"), in: &lanes)
        let counts = [lane(nil), lane("well"), lane(nil, .watch), lane(nil, .check), lane("hung", .check)]
            .map { permits(of: $0, in: &lanes) }
        #expect(hung == 4)
        #expect(counts == [8, 4, 8, 2, 2])
    }

    @Test func `The number of permits is bounded, however many datacenters are requested`() {
        let limits = Lanes.Limits(own: 8)
        var lanes = Lanes(limits)
        var count = permits(of: lane(nil), in: &lanes) + permits(of: lane(nil, .watch), in: &lanes)
        count += permits(of: lane(nil, .check), in: &lanes) + permits(of: lane(nil, .renewal), in: &lanes)
        count += permits(of: lane(nil, .hedge(isOwn: true)), in: &lanes)
        count += permits(of: lane(nil, .hedge(isOwn: false)), in: &lanes)
        for number in 0..<100 { count += permits(of: lane("dc\(number)"), in: &lanes) }
        #expect(count == limits.total)
        #expect(count < 60)
    }

    @Test(arguments: [0, -5, 1])
    func `A lane has at least one permit`(own: Int) {
        var lanes = Lanes(Lanes.Limits(own: own, other: own, lanes: 1, checks: own))
        let counts = [lane(nil), lane("a"), lane("b"), lane("b", .watch), lane(nil, .check)]
            .map { permits(of: $0, in: &lanes) }
        // The second and third other datacenters share the extra lane.
        #expect(counts == [1, 1, 1, 0, 1])
    }

    @Test func `A returned permit goes to the oldest waiter of its lane`() {
        var lanes = Lanes(Lanes.Limits(own: 1))
        let holder = lanes.join(lane(nil))
        let isTaken = lanes.take(holder)
        for name in ["a", "b"] { lanes.enqueue(name, at: lanes.join(lane(nil))) }
        let other = lanes.join(lane("dc2"))
        let isOtherTaken = lanes.take(other)
        #expect(isTaken && isOtherTaken)
        let afterOther = lanes.release(other)
        let afterHolder = lanes.release(holder)
        #expect(afterOther == nil)
        #expect(afterHolder == "a")
    }

    @Test func `A lane without users is removed`() {
        var lanes = Lanes(Lanes.Limits(own: 1))
        let holder = lanes.join(lane("dc2"))
        _ = lanes.take(holder)
        let waiting = lanes.join(lane("dc2"))
        lanes.enqueue("a", at: waiting)
        _ = lanes.remove(waiting)
        lanes.leave(waiting)
        #expect(lanes.laneCount == 1)
        _ = lanes.release(holder)
        #expect(lanes.laneCount == 0)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `Lanes neither lose nor invent permits`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var lanes = Lanes(.init(own: 3, other: 2, lanes: 2))
        var held: [Lanes.Place] = []
        var waiting: [Lanes.Place] = []
        var served = 0
        for _ in 0..<1000 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let name = [nil, "a", "b", "c", "d"].randomElement(using: &random)!
                let place = lanes.join(lane(name))
                if lanes.take(place) { held.append(place) } else { waiting.append(place) }
            case 1 where !held.isEmpty:
                let place = held.remove(at: Int.random(in: held.indices, using: &random))
                _ = lanes.release(place)
                served += 1
            default:
                guard let index = waiting.indices.randomElement(using: &random) else { continue }
                lanes.leave(waiting.remove(at: index))
            }
            #expect(held.count <= 3 + 3 * 2)
        }
        for place in held { _ = lanes.release(place) }
        for place in waiting { lanes.leave(place) }
        #expect(lanes.laneCount == 0)
        #expect(served > 0)
    }
}
