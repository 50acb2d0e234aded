// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@testable import ConsulResolver

@Suite("The memory of what is too big for UDP")
struct TransportMemoryTests {
    @Test("remembers and forgets names, whatever their case")
    func remembering() throws {
        var memory = TransportMemory()
        let name = try DomainName("web.service.consul")
        #expect(!memory.isTooBigForUDP(name))
        memory.remember(name, isTooBigForUDP: true)
        #expect(memory.isTooBigForUDP(try DomainName("WEB.service.consul")))
        memory.remember(name, isTooBigForUDP: false)
        #expect(!memory.isTooBigForUDP(name))
    }

    @Test("never holds more than it may, and always the latest")
    func capacity() throws {
        var memory = TransportMemory(capacity: 3)
        let names = try (0..<10).map { try DomainName("s\($0).service.consul") }
        for name in names {
            memory.remember(name, isTooBigForUDP: true)
            memory.remember(name, isTooBigForUDP: true)
            #expect(memory.isTooBigForUDP(name))
        }
        #expect(names.filter(memory.isTooBigForUDP).count == 3)
    }
}
