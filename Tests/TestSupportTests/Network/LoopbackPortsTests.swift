// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

struct LoopbackPortsTests {
    @Test func `A block of ports belongs to one claim until that is released`() throws {
        var block: PortBlock? = try .claim()
        let first = try #require(block).ports.lowerBound - 1
        #expect(PortBlock(first: first) == nil)
        block = nil
        #expect(PortBlock(first: first) != nil)
    }

    @Test func `Ports from several blocks are all different`() throws {
        let ports = try LoopbackPorts.free(count: PortBlock.size + 1)
        #expect(Set(ports).count == ports.count)
    }
}
