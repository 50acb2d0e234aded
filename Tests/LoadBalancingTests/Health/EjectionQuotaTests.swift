// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `The quota of ejection` {
    @Test(arguments: [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (10, 5), (11, 5), (1_000, 500)])
    func `The ejection quota is half of the endpoints, at least one, and never all`(listed: Int, limit: Int) {
        #expect(EjectionQuota(EjectionPolicy()).limit(listed: listed) == limit)
    }

    @Test func `The ejection quota never includes the last endpoint, whatever the share`() {
        var generator = SeededGenerator(seed: 1)
        for share in [0, 0.01, 0.5, 0.999, 1, 7, -1, .nan, .infinity] {
            let quota = EjectionQuota(EjectionPolicy(maximumShare: share))
            for _ in 0..<100 {
                let listed = Int.random(in: 0...300, using: &generator)
                var ejected = 0
                while quota.allowsOneMore(listed: listed, ejected: ejected) { ejected += 1 }
                #expect(ejected <= max(listed - 1, 0))
                #expect(!(share > 0) || listed < 2 || ejected >= 1)
                #expect(!(0...1).contains(share) || Double(ejected) <= max(1, (Double(listed) * share).rounded()))
            }
        }
    }

    @Test func `The ejection quota rounds a share as meant, and is zero for a share of zero`() {
        #expect(EjectionQuota(EjectionPolicy(maximumShare: 0.29)).limit(listed: 100) == 29)
        #expect(EjectionQuota(EjectionPolicy(maximumShare: 0)).limit(listed: 100) == 0)
    }

    @Test func `The ejection quota allows no more when fewer endpoints are listed than are ejected`() {
        #expect(!EjectionQuota(EjectionPolicy()).allowsOneMore(listed: 3, ejected: 7))
    }
}
