// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct SubsetRuleTests {
    private func used(_ members: [Member], _ rule: SubsetRule) -> Set<UInt64> {
        let plan = Plan(members: members, rules: PlanRules(subset: rule), at: .seconds(0))
        return Set(plan.tiers.flatMap { $0.indices.map { members[$0].identity } })
    }

    @Test func `Up to a hundred endpoints are all used, and 24 of a larger set`() {
        let rule = SubsetRule(seed: 1)
        #expect(
            [1, 24, 99, 100, 101, 1000].map { used(Member.group($0, healthy: $0), rule).count } == [
                1, 24, 99, 100, 24, 24,
            ]
        )
    }

    @Test func `The same seed makes the same subset in any order, and another seed another`() {
        let members = Member.group(200, healthy: 200)
        let subset = used(members, SubsetRule(seed: 7))
        #expect(used(members.reversed(), SubsetRule(seed: 7)) == subset)
        #expect(used(members, SubsetRule(seed: 8)).intersection(subset).count < 12)
    }

    /// Pinned, so that neither an update of this library nor a restart moves every connection of every client.
    @Test func `The endpoints in a subset are the same in every release`() {
        let subset = used(Member.group(200, healthy: 200), SubsetRule(size: 5, seed: 7))
        #expect(subset.sorted() == [34, 111, 118, 154, 199])
    }

    @Test func `An endpoint that joins, leaves, fails or recovers replaces at most one other`() {
        var random = SeededGenerator(seed: 2)
        let rule = SubsetRule(size: 12, appliesAbove: 20, seed: 3)
        var members = Member.group(60, healthy: 50)
        var before = used(members, rule)
        for number in 1000..<1400 {
            let index = Int.random(in: 0..<members.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: members.append(.numbered(number))
            case 1 where members.count > 40: members.remove(at: index)
            default: members[index].isHealthy.toggle()
            }
            let after = used(members, rule)
            #expect(before.subtracting(after).count <= 1)
            #expect(after.subtracting(before).count <= 1)
            #expect(after.count == min(12, members.count { $0.isHealthy }))
            before = after
        }
    }

    @Test func `A recovered endpoint returns and pushes out its replacement`() throws {
        var members = Member.group(200, healthy: 200)
        let rule = SubsetRule(seed: 5)
        let before = used(members, rule)
        let lost = try #require(members.firstIndex { before.contains($0.identity) })
        members[lost].isHealthy = false
        #expect(used(members, rule).symmetricDifference(before).count == 2)
        members[lost].isHealthy = true
        #expect(used(members, rule) == before)
    }

    @Test func `Endpoints that do not count are kept`() {
        let rule = SubsetRule(size: 3, appliesAbove: 0, seed: 1)
        let all = Array(0..<100)
        let first = rule.selection(from: all, counts: { _ in true }, identity: UInt64.init)
        let grown = rule.selection(from: all, counts: { $0 != first[0] }, identity: UInt64.init)
        #expect(Set(grown).isSuperset(of: first))
        #expect(grown.count == 4)
        #expect(grown == grown.sorted())
    }

    @Test func `Every endpoint is in about as many subsets as every other`() {
        let members = Member.group(120, healthy: 120)
        var counts = [UInt64: Int]()
        for seed in 0..<200 {
            for identity in used(members, SubsetRule(seed: UInt64(seed))) { counts[identity, default: 0] += 1 }
        }
        // 40 on average; the standard deviation of 200 draws of 1 in 5 is 5.7.
        #expect(counts.count == 120)
        #expect(counts.values.allSatisfy { (17...63).contains($0) })
    }

    @Test func `Endpoints of weight 0 do not fill a subset while others have a weight`() {
        let members = (0..<500).map { Member.numbered($0, weight: $0 % 50 == 0 ? 1 : 0) }
        let subset = used(members, SubsetRule(size: 5, seed: 1))
        #expect(subset.count { $0 % 50 == 0 } == 5)
        let weightless = (0..<500).map { Member.numbered($0, weight: 0) }
        #expect(used(weightless, SubsetRule(size: 5, seed: 1)).count == 5)
    }

    @Test func `Invalid sizes are replaced by valid ones`() {
        let members = Member.group(9, healthy: 9)
        #expect(used(members, SubsetRule(size: .min, appliesAbove: .min, seed: 0)).count == 1)
        #expect(used(members, SubsetRule(size: .max, appliesAbove: 0, seed: .max)).count == 9)
        #expect(used(members, SubsetRule(size: 8, appliesAbove: 0, seed: 0)).count == 8)
        #expect(used(members, SubsetRule(size: 1, appliesAbove: .max, seed: 0)).count == 9)
    }
}
