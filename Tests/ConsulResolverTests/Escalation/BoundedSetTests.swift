// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulResolver
@testable import ResolverSupport

struct BoundedSetTests {
    @Test func `A bounded memory inserts and removes names regardless of their case`() throws {
        var memory = BoundedSet<DomainName>()
        let name = try DomainName("web.service.consul")
        #expect(!memory.contains(name))
        memory.insert(name)
        #expect(memory.contains(try DomainName("WEB.service.consul")))
        memory.remove(name)
        #expect(!memory.contains(name))
    }

    @Test func `A bounded memory stays within its capacity, and keeps the latest member`() {
        var memory = BoundedSet<Int>(capacity: 3)
        for member in 0..<10 {
            memory.insert(member)
            memory.insert(member)
            #expect(memory.contains(member))
        }
        #expect((0..<10).filter(memory.contains).count == 3)
    }
}
