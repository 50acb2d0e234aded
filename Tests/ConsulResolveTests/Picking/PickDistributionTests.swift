// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver
import Testing

@testable import consul_resolve

struct PickDistributionTests {
    private func endpoint(_ number: UInt32, weight: UInt16 = 1, priority: UInt16 = 1) -> Endpoint {
        let address = IPv4Address(rawValue: 0x0A00_0000 + number)
        return Endpoint(host: .address(.v4(address)), port: 80, priority: priority, weight: weight)
    }

    private func distribution(_ parts: [(Endpoint, Int)]) -> PickDistribution {
        let picks = parts.filter { $0.1 > 0 }.map { ($0.0.hostPort, $0.1) }
        return PickDistribution(of: parts.map(\.0), picks: Dictionary(uniqueKeysWithValues: picks))
    }

    @Test func `Picks are expected by weight`() {
        let made = distribution([(endpoint(1, weight: 1), 30), (endpoint(2, weight: 3), 70)])
        #expect(made.picks == 100)
        #expect(made.parts.map(\.picks) == [30, 70])
        #expect(made.parts.map(\.expected) == [25, 75])
        #expect(made.parts.map(\.deviation) == [5, -5])
        #expect(made.share(30) == 0.3)
    }

    @Test func `Picks are expected evenly without weights`() {
        let made = distribution([(endpoint(1, weight: 0), 4), (endpoint(2, weight: 0), 0)])
        #expect(made.parts.map(\.expected) == [2, 2])
    }

    @Test func `An endpoint with weight zero beside others expects no picks`() {
        let made = distribution([(endpoint(1, weight: 0), 0), (endpoint(2, weight: 9), 4)])
        #expect(made.parts.map(\.expected) == [0, 4])
    }

    @Test func `Only endpoints of the lowest priority value expect picks`() {
        let made = distribution([(endpoint(1, weight: 9, priority: 2), 0), (endpoint(2, priority: 1), 4)])
        #expect(made.parts.map(\.expected) == [0, 4])
    }

    @Test func `The furthest part has the largest deviation, up or down, and is the first of several`() {
        let down = distribution([(endpoint(1), 4), (endpoint(2), 1), (endpoint(3), 4)])
        #expect(down.furthest?.endpoint == endpoint(2))
        let equal = distribution([(endpoint(1), 1), (endpoint(2), 3)])
        #expect(equal.furthest?.endpoint == endpoint(1))
    }

    @Test func `A distribution without endpoints or picks does not divide by zero`() {
        #expect(distribution([]).furthest == nil)
        #expect(distribution([]).share(0) == 0)
        #expect(distribution([]).text(columns: 80) == "ENDPOINT  WEIGHT  PICKS  SHARE  EXPECTED")
    }

    @Test func `The text output has a chart that fills the available width`() {
        let made = distribution([
            (endpoint(1), 31), (endpoint(2, weight: 2), 62), (endpoint(3, weight: 0), 0), (endpoint(4), 31),
        ])
        let text = """
            ENDPOINT     WEIGHT  PICKS  SHARE  EXPECTED
            10.0.0.1:80  1       31     25 %   25 %      ████
            10.0.0.2:80  2       62     50 %   50 %      ████████
            10.0.0.3:80  0       0      0 %    0 %
            10.0.0.4:80  1       31     25 %   25 %      ████

            greatest deviation from the weights: 10.0.0.1:80 by 0 picks, 0 % of all
            """
        #expect(made.text(columns: 53) == text)
        #expect(made.text(columns: 61).split(separator: "\n")[2].hasSuffix("  " + String(repeating: "█", count: 16)))
    }

    @Test func `The text output has no chart when the width is too small`() {
        let made = distribution([(endpoint(1), 2), (endpoint(2, weight: 2), 1)])
        let text = """
            ENDPOINT     WEIGHT  PICKS  SHARE    EXPECTED
            10.0.0.1:80  1       2      66.67 %  33.33 %
            10.0.0.2:80  2       1      33.33 %  66.67 %

            greatest deviation from the weights: 10.0.0.1:80 by +1 picks, 33.33 % of all
            """
        #expect(made.text(columns: 54) == text)
        #expect(made.text(columns: 0) == text)
    }

    @Test func `The JSON output has the agreed form`() {
        let made = distribution([(endpoint(1), 2), (endpoint(2, weight: 2), 1)])
        #expect(
            JSON.object(made.jsonMembers(by: .random, isStale: false)).description == """
                {"policy":"random","picks":3,"endpoints":[\
                {"address":"10.0.0.1","port":80,"weight":1,"picks":2,"expectedPicks":1},\
                {"address":"10.0.0.2","port":80,"weight":2,"picks":1,"expectedPicks":2}],"error":null,"stale":false}
                """
        )
        let absence = PickError(code: .empty, message: "gone")
        #expect(
            PickDistribution.json(of: absence, by: .hashed).description
                == #"{"policy":"hashed","picks":0,"endpoints":[],"error":"gone","stale":false}"#
        )
    }
}
