// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import Testing

struct NodeCoordinateTests {
    private func coordinate(_ vector: [Double], height: Double = 0, adjustment: Double = 0) -> NodeCoordinate {
        var coordinate = NodeCoordinate()
        (coordinate.vector, coordinate.height, coordinate.adjustment) = (vector, height, adjustment)
        return coordinate
    }

    @Test func `The round-trip time is the distance, both heights and both adjustments`() {
        let first = coordinate([0.003, 0], height: 0.001, adjustment: 0.0005)
        let second = coordinate([0, 0.004], height: 0.002, adjustment: -0.001)
        for time in [first.roundTripTime(to: second), second.roundTripTime(to: first)] {
            #expect(time.map { abs($0 / .milliseconds(1) - 7.5) < 1e-6 } == true)
        }
    }

    @Test func `Adjustments that would make the time negative do not count`() {
        let time = coordinate([0.001], adjustment: -0.5).roundTripTime(to: coordinate([0]))
        #expect(time.map { abs($0 / .milliseconds(1) - 1) < 1e-6 } == true)
    }

    @Test func `Coordinates of other dimensions or segments, and impossible ones, are not compared`() {
        var segment = coordinate([0])
        segment.segment = "alpha"
        #expect(coordinate([0]).roundTripTime(to: segment) == nil)
        #expect(coordinate([0]).roundTripTime(to: coordinate([0, 0])) == nil)
        #expect(coordinate([]).roundTripTime(to: coordinate([])) == nil)
        #expect(coordinate([.infinity]).roundTripTime(to: coordinate([0])) == nil)
        #expect(coordinate([.nan]).roundTripTime(to: coordinate([0])) == nil)
        #expect(coordinate([1e300]).roundTripTime(to: coordinate([0])) == nil)
    }
}
