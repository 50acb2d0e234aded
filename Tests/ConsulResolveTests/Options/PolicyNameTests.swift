// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

@testable import consul_resolve

struct PolicyNameTests {
    @Test(arguments: PolicyName.allCases)
    func `A policy has the name that the library gives it`(name: PolicyName) {
        #expect(name.policy.description == name.rawValue)
    }
}
