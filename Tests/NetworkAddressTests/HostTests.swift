// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

struct HostTests {
    @Test func `A host is an address if the text is one`() throws {
        #expect(Host("10.0.0.1") == .address(try #require(IPAddress("10.0.0.1"))))
        #expect(Host("::1") == .address(.v6(.loopback)))
    }

    @Test(
        arguments: [
            "localhost", "n1.node.dc1.consul", "db.example.com.", "my_db-1", "3com.example", "xn--bcher-kva.example",
        ]
    )
    func `A host is a name for any other valid text`(text: String) {
        #expect(Host(text) == .name(text))
        #expect(Host(text)?.description == text)
    }

    @Test(
        arguments: [
            "", ".", "..", "a..b", ".a", "a b", "a/b", "http://a", "user@host", "a:80", "[::1]", "bücher.example",
            "a\n", "10.0.0.256", "010.0.0.1", "1.2.3", "8600", "fe80::1%eth0",
        ]
    )
    func `A host refuses text that no resolver accepts`(text: String) {
        #expect(Host(text) == nil)
    }

    @Test func `A host accepts labels up to 63 bytes and names up to 253`() {
        let label = String(repeating: "a", count: 63)
        #expect(Host(label) != nil)
        #expect(Host(label + "a") == nil)
        let longest = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(longest.utf8.count == 253)
        #expect(Host(longest) != nil)
        #expect(Host(longest + ".") != nil)
        #expect(Host(longest + "b") == nil)
    }

    @Test func `Hosts sort addresses before names`() {
        #expect(Host.address(.v6(.loopback)) < .name("a"))
        #expect(!(Host.name("a") < .address(.v6(.loopback))))
        #expect(Host.name("a") < .name("b"))
    }
}
