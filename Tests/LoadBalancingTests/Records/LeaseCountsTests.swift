// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct LeaseCountsTests {
    @Test(arguments: [false, true])
    func `Leases of all stripes are counted together`(isSpread: Bool) {
        let counts = LeaseCounts(isSpread: isSpread)
        counts.open(disowning: {})
        for stripe in 0..<ThreadStripe.count { counts.begin(in: stripe) }
        var totals = [counts.total]
        // A snapshot owns the record, so no end of a lease has to release it.
        let releases = (0..<ThreadStripe.count).map { counts.end(in: $0) }
        totals.append(counts.total)
        #expect(totals == [ThreadStripe.count, 0])
        #expect(!releases.contains(true))
    }

    /// Leases begin while a snapshot contains the record, and end at any time. A model says what has to own the record.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `A closed cell owns the record exactly while it has leases`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let isSpread = generator.happens(0.5)
        let cells = isSpread ? ThreadStripe.count : 1
        let counts = LeaseCounts(isSpread: isSpread)
        var (leases, isOpen, owners): ([Int], Bool, Int) = ([], false, 0)
        for _ in 0..<300 {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0 where isOpen:
                counts.close(owning: { owners += 1 }, disowning: { owners -= 1 })
                isOpen = false
            case 0:
                counts.open(disowning: { owners -= 1 })
                isOpen = true
            case 1...3 where isOpen:
                let stripe = Int.random(in: 0..<ThreadStripe.count, using: &generator)
                let others = counts.begin(in: stripe)
                #expect(others == leases.count { $0 % cells == stripe % cells })
                leases.append(stripe)
            default:
                guard let index = leases.indices.randomElement(using: &generator) else { continue }
                if counts.end(in: leases.remove(at: index)) { owners -= 1 }
            }
            let total = counts.total
            #expect(total == leases.count)
            #expect(owners == (isOpen ? 0 : Set(leases.map { $0 % cells }).count))
        }
    }
}
