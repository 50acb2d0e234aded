// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct LocalityPreferenceTests {
    private func loads(_ members: [Member], _ locality: LocalityPreference) -> [Int] {
        Plan(members: members, rules: PlanRules(locality: locality), at: .seconds(0)).tiers.map(\.load)
    }

    /// Returns a number of endpoints here, some of them healthy, and ten healthy ones elsewhere.
    private func split(_ total: Int, healthy: Int) -> [Member] {
        Member.group(total, healthy: healthy, node: "here") + Member.group(10, healthy: 10, from: 100, node: "there")
    }

    @Test func `The first matching place of a locality preference counts`() {
        let details = Endpoint.Details(
            id: "a",
            metadata: ["zone": "z1"],
            nodeMetadata: ["zone": "z2", "rack": "r"],
            datacenter: "dc1"
        )
        let endpoint = Member.numbered(1, node: "n1", details: details).endpoint
        func rank(_ places: LocalityPreference.Place...) -> Int { LocalityPreference(places).rank(of: endpoint) }
        #expect(rank(.node("n2"), .node("n1"), .datacenter("dc1")) == 1)
        #expect(rank(.datacenter("dc1")) == 0)
        #expect(rank(.datacenter("dc2"), .metadata(key: "rack", value: "r")) == 1)
        #expect(rank(.metadata(key: "zone", value: "z1")) == 0)
        #expect(rank(.metadata(key: "zone", value: "z2")) == 1)
        #expect(rank(.metadata(key: "none", value: "")) == 1)
        #expect(rank() == 0)
    }

    @Test func `Nodes and datacenters match in upper and lower case, metadata only in its own case`() {
        let details = Endpoint.Details(id: "a", metadata: ["zone": "Z1"], datacenter: "dc1")
        let endpoint = Member.numbered(1, node: "Node-1", details: details).endpoint
        #expect(LocalityPreference([.node("nODE-1")]).rank(of: endpoint) == 0)
        #expect(LocalityPreference([.node("node-12"), .node("node-2"), .node("node\u{0D}1")]).rank(of: endpoint) == 3)
        #expect(LocalityPreference([.datacenter("DC1")]).rank(of: endpoint) == 0)
        #expect(LocalityPreference([.metadata(key: "zone", value: "z1")]).rank(of: endpoint) == 1)
    }

    @Test func `An endpoint over DNS has a node and no other locality`() {
        let endpoint = Member.numbered(1, node: "n1").endpoint
        let places: [LocalityPreference.Place] = [.datacenter("dc1"), .metadata(key: "zone", value: "z"), .node("n1")]
        #expect(LocalityPreference(places).rank(of: endpoint) == 2)
        #expect(LocalityPreference(places).rank(of: Member.numbered(1).endpoint) == 3)
    }

    @Test func `The nearest endpoints are those at the front of a sorted list`() {
        let endpoint = Member.numbered(1, node: "n1").endpoint
        let locality = LocalityPreference([.nearest(2), .node("n1")])
        #expect([0, 1, 2, nil].map { locality.rank(of: endpoint, order: $0) } == [0, 0, 1, 1])
        #expect(LocalityPreference([.nearest(-1)]).rank(of: endpoint, order: 0) == 1)
        #expect([0, 1, 2].map(locality.minimum) == [2, 3, 0])
    }

    @Test func `A place with enough endpoints is used alone`() {
        let here = LocalityPreference([.node("here")])
        let plan = Plan(members: split(7, healthy: 5), rules: PlanRules(locality: here), at: .seconds(0))
        #expect(plan.tiers.map(\.load) == [100])
        #expect(plan.tiers.first?.indices == [0, 1, 2, 3, 4])
        #expect(loads(split(3, healthy: 3), here) == [100])
    }

    @Test func `A place with too few healthy endpoints passes on the load that it cannot take`() {
        let here = LocalityPreference([.node("here")])
        #expect(loads(split(8, healthy: 4), here) == [70, 30])
        #expect(loads(split(8, healthy: 0), here) == [100])
        #expect(loads(split(8, healthy: 4), LocalityPreference([.node("here")], overprovisioning: 2)) == [100])
    }

    @Test func `A place below its minimum is not used alone, however healthy it is`() {
        #expect(loads(split(2, healthy: 2), LocalityPreference([.node("here")])) == [66, 34])
        #expect(loads(split(8, healthy: 8), LocalityPreference([.node("here")], minimumHealthy: 10)) == [80, 20])
        #expect(loads(split(1, healthy: 1), LocalityPreference([.node("here")], minimumHealthy: 0)) == [100])
        // The endpoints elsewhere are the last resort, for which no minimum applies.
        #expect(loads(split(2, healthy: 2), LocalityPreference([.node("here")], minimumHealthy: 100)) == [2, 98])
    }

    @Test func `The load that leaves one place goes to the next`() {
        let members =
            Member.group(4, healthy: 2, node: "a") + Member.group(10, healthy: 2, from: 10, node: "b")
            + Member.group(10, healthy: 10, from: 20)
        #expect(loads(members, LocalityPreference([.node("a"), .node("b")])) == [66, 28, 6])
        #expect(loads(members, LocalityPreference([.node("b"), .node("a")])) == [28, 66, 6])
        #expect(loads(members, LocalityPreference([.node("c")])) == [100])
    }

    @Test func `A priority that can take all load keeps it, however little of it is nearby`() {
        let members =
            Member.group(10, healthy: 2, priority: 1, node: "here")
            + Member.group(10, healthy: 10, from: 10, priority: 1)
            + Member.group(10, healthy: 10, from: 20, priority: 2, node: "here")
        // 12 of 20 in the first priority: 84 % stay, of which the preferred place takes 28 %.
        #expect(loads(members, LocalityPreference([.node("here")])) == [24, 60, 16])
    }

    @Test func `Equal settings compare as equal, invalid ones included`() {
        let senseless = LocalityPreference([], minimumHealthy: -1, overprovisioning: .nan)
        #expect(senseless == LocalityPreference([], minimumHealthy: 0))
    }
}
