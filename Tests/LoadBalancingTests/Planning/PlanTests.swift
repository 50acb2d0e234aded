// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

struct PlanTests {
    private let now = Moment.seconds(1000)

    private func plan(_ members: [Member], _ rules: PlanRules = PlanRules()) -> Plan {
        Plan(members: members, rules: rules, at: now)
    }

    @Test func `Healthy members of one priority are used by their Consul weights`() throws {
        let members = [Member.numbered(1, weight: 3), .numbered(2, isHealthy: false), .numbered(3, weight: .max)]
        let plan = plan(members)
        let tier = try #require(plan.tiers.first)
        #expect(plan.tiers.count == 1)
        #expect(tier.indices == [0, 2])
        #expect(tier.weights == [3, 65535])
        #expect(tier.load == 100)
        #expect(!plan.isFailOpen)
        #expect(plan.nextChange == nil)
    }

    @Test func `A plan without members is empty`() {
        let plan = plan([], PlanRules(panicThreshold: 1))
        #expect(plan.tiers.isEmpty)
        #expect(!plan.isFailOpen)
        #expect(plan.nextChange == nil)
    }

    @Test func `A single member gets all load, healthy or not`() {
        for isHealthy in [true, false] {
            let plan = plan([.numbered(1, weight: 0, isHealthy: isHealthy)])
            #expect(plan.tiers.map(\.indices) == [[0]] && plan.tiers.map(\.weights) == [[0]])
            #expect(plan.tiers.map(\.load) == [100])
            #expect(plan.isFailOpen != isHealthy)
        }
    }

    // MARK: Priorities

    @Test func `The lowest priority value comes first, and the load that it cannot take goes to the next`() {
        let members =
            Member.group(4, healthy: 4, priority: 20) + Member.group(4, healthy: 2, from: 10, priority: 3)
            + Member.group(4, healthy: 4, from: 20, priority: 65535)
        let plan = plan(members)
        #expect(plan.tiers.map(\.load) == [70, 30])
        #expect(plan.tiers.map(\.indices) == [[4, 5], [0, 1, 2, 3]])
        #expect(self.plan(members, PlanRules(overprovisioning: 2)).tiers.map(\.load) == [100])
    }

    @Test func `Priorities are ignored if the rules say so`() {
        let members = [Member.numbered(1, priority: 2), .numbered(2, priority: 1)]
        #expect(plan(members).tiers.map(\.indices) == [[1]])
        #expect(plan(members, PlanRules(honorsPriorities: false)).tiers.map(\.indices) == [[0, 1]])
    }

    // MARK: Failing open

    @Test func `A plan without healthy members uses all of the first priority, the least recently failed first`() {
        let plan = plan([
            .numbered(1, isHealthy: false, lastFailure: .seconds(30)),
            .numbered(2, isHealthy: false, lastFailure: .seconds(10)),
            .numbered(3, priority: 2, isHealthy: false),
            .numbered(4, isHealthy: false),
            .numbered(5, isHealthy: false, lastFailure: .seconds(10)),
        ])
        #expect(plan.isFailOpen)
        #expect(plan.tiers.map(\.indices) == [[3, 1, 4, 0]])
        #expect(plan.tiers.map(\.load) == [100])
    }

    @Test func `A plan that fails open ignores places and subsets`() {
        let members = Member.group(30, healthy: 0, node: "here") + Member.group(30, healthy: 0, from: 100)
        let rules = PlanRules(
            locality: LocalityPreference([.node("here")]),
            slowStart: SlowStart(window: .seconds(10)),
            subset: SubsetRule(size: 2, appliesAbove: 5, seed: 0)
        )
        #expect(plan(members, rules).tiers.map(\.indices) == [Array(0..<60)])
    }

    @Test func `One healthy member is enough by default for verdicts to count`() {
        let plan = plan(Member.group(1000, healthy: 1))
        #expect(!plan.isFailOpen)
        #expect(plan.tiers.map(\.indices) == [[0]])
    }

    @Test func `Unhealthy members are used, too, below the panic threshold`() {
        let rules = PlanRules(panicThreshold: 0.5)
        #expect(!plan(Member.group(4, healthy: 2), rules).isFailOpen)
        let panic = plan(Member.group(4, healthy: 1), rules)
        #expect(panic.isFailOpen)
        #expect(panic.tiers.map(\.indices) == [[0, 1, 2, 3]])
    }

    @Test func `A plan in panic prefers a priority with healthy members to one without`() {
        let members = Member.group(6, healthy: 0) + Member.group(4, healthy: 3, from: 10, priority: 2)
        let plan = plan(members, PlanRules(panicThreshold: 0.5))
        #expect(plan.isFailOpen)
        #expect(plan.tiers.map(\.indices) == [[6, 7, 8, 9]])
    }

    @Test(arguments: [(Double.nan, false), (-1, false), (2, true), (.infinity, true)])
    func `Invalid thresholds are replaced by valid ones`(threshold: Double, panics: Bool) {
        let rules = PlanRules(panicThreshold: threshold)
        #expect(plan(Member.group(4, healthy: 3), rules).isFailOpen == panics)
        #expect(!plan(Member.group(4, healthy: 4), rules).isFailOpen)
    }

    // MARK: Slow start

    @Test func `Newcomers begin with a part of their weight, and the plan has a next change`() {
        let members = [
            Member.numbered(1, weight: 2), .numbered(2, weight: 2, joinedAt: .seconds(950)),
            .numbered(3, weight: 2, joinedAt: now), .numbered(4, weight: 0, joinedAt: now),
            .numbered(5, weight: .max, joinedAt: .seconds(0)),
        ]
        let plan = plan(members, PlanRules(slowStart: SlowStart(window: .seconds(100))))
        #expect(plan.tiers.map(\.weights) == [[200, 100, 20, 0, 6_553_500]])
        #expect(plan.nextChange == .seconds(1010))
    }

    @Test func `A weight is never so small that its member gets no load`() {
        let rules = PlanRules(slowStart: SlowStart(window: .seconds(100), minimumShare: 0))
        #expect(plan([.numbered(1), .numbered(2, joinedAt: now)], rules).tiers.map(\.weights) == [[100, 1]])
    }

    @Test func `A plan without newcomers uses Consul's weights, and has no next change`() {
        let members = [Member.numbered(1, weight: 2), .numbered(2, isHealthy: false, joinedAt: now)]
        let plan = plan(members, PlanRules(slowStart: SlowStart(window: .seconds(100))))
        #expect(plan.tiers.map(\.weights) == [[2]])
        #expect(plan.nextChange == nil)
    }

    @Test func `A newcomer in one tier does not change the weights of the others`() {
        let members = [
            Member.numbered(1), .numbered(2, isHealthy: false), .numbered(3, priority: 2, joinedAt: now),
        ]
        let plan = plan(members, PlanRules(slowStart: SlowStart(window: .seconds(100))))
        #expect(plan.tiers.map(\.weights) == [[1], [10]])
        #expect(plan.nextChange == .seconds(1010))
    }

    @Test func `A member that joins in the future has the share of a newcomer`() {
        let rules = PlanRules(slowStart: SlowStart(window: .seconds(100)))
        let plan = plan([.numbered(1), .numbered(2, joinedAt: .seconds(5000))], rules)
        #expect(plan.tiers.map(\.weights) == [[100, 10]])
    }

    // MARK: All together

    @Test func `A plan keeps its invariants for any members`() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            let members = (0..<Int.random(in: 1...150, using: &random)).map { number in
                Member.numbered(
                    number,
                    priority: UInt16.random(in: 1...3, using: &random),
                    weight: UInt16.random(in: 0...3, using: &random),
                    isHealthy: random.happens(0.6),
                    node: "n\(Int.random(in: 0...4, using: &random))",
                    joinedAt: random.happens(0.1) ? .seconds(Double.random(in: 900...1100, using: &random)) : nil
                )
            }
            let rules = PlanRules(
                locality: random.happens(0.5) ? LocalityPreference([.node("n1"), .node("n2")]) : nil,
                slowStart: random.happens(0.5) ? SlowStart(window: .seconds(50)) : nil,
                subset: random.happens(0.5) ? SubsetRule(size: 5, appliesAbove: 10, seed: random.next()) : nil
            )
            let plan = plan(members, rules)
            let reversed = Array(members.reversed())
            #expect(summary(plan, members) == summary(self.plan(reversed, rules), reversed))
            #expect(plan.isFailOpen == !members.contains(where: \.isHealthy))
            expectPromisesKept(plan, members)
        }
    }

    /// Returns the parts of a plan that must not depend on the order of the members.
    private func summary(_ plan: Plan, _ members: [Member]) -> [[UInt64: [Int]]] {
        plan.tiers.map { tier in
            let entries = zip(tier.indices, tier.weights).map { (members[$0].identity, [Int($1), tier.load]) }
            return Dictionary(entries) { first, _ in first }
        }
    }

    private func expectPromisesKept(_ plan: Plan, _ members: [Member]) {
        #expect(plan.tiers.map(\.load).reduce(0, +) == 100)
        let all = plan.tiers.flatMap(\.indices)
        #expect(Set(all).count == all.count)
        for tier in plan.tiers {
            #expect(tier.load > 0)
            #expect(!tier.indices.isEmpty)
            #expect(tier.indices.count == tier.weights.count)
            #expect(Set(tier.indices.map { members[$0].endpoint.priority }).count == 1)
            for (index, weight) in zip(tier.indices, tier.weights) {
                #expect(plan.isFailOpen || members[index].isHealthy)
                #expect((weight == 0) == (members[index].endpoint.weight == 0))
            }
            #expect(plan.isFailOpen || tier.indices == tier.indices.sorted())
        }
    }
}
