// SPDX-License-Identifier: Apache-2.0

/// The members of one priority in one place, in the order given.
struct MemberGroup: Sendable {
    let priority: UInt16

    /// The position of the place in the order of preference.
    let place: UInt16

    private(set) var indices: [Int]

    /// The number of healthy members.
    private(set) var healthy: Int

    var isAllHealthy: Bool { healthy == indices.count }

    /// The same for the same priority and place, whatever other groups there are.
    var identity: UInt64 { StableHash.mix(UInt64(priority), UInt64(place)) }

    private mutating func append(_ index: Int, isHealthy: Bool) {
        indices.append(index)
        if isHealthy { healthy += 1 }
    }

    /// Returns all members in groups, those of the lowest priority first, among these those of the most preferred
    /// place.
    ///
    /// They are sorted as numbers that hold priority, place and index: a dictionary of groups would cost more, and when
    /// there is only one group, the numbers are sorted already.
    static func groups(of members: [Member], by rules: PlanRules) -> [MemberGroup] {
        let keys = members.indices.map { index in
            let member = members[index]
            let priority = rules.honorsPriorities ? member.endpoint.priority : 0
            let place = UInt16(clamping: rules.locality?.rank(of: member.endpoint, order: member.order) ?? 0)
            return UInt64(priority) << 48 | UInt64(place) << 32 | UInt64(UInt32(truncatingIfNeeded: index))
        }
        var groups: [MemberGroup] = []
        for key in keys.sorted() {
            let (priority, place) = (UInt16(key >> 48), UInt16(truncatingIfNeeded: key >> 32))
            if groups.last?.priority != priority || groups.last?.place != place {
                groups.append(MemberGroup(priority: priority, place: place, indices: [], healthy: 0))
            }
            let index = Int(UInt32(truncatingIfNeeded: key))
            groups[groups.count - 1].append(index, isHealthy: members[index].isHealthy)
        }
        return groups
    }
}
