// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

@Suite("A host")
struct HostTests {
    @Test("is an address where the text is one")
    func addresses() throws {
        #expect(Host("10.0.0.1") == .address(try #require(IPAddress("10.0.0.1"))))
        #expect(Host("::1") == .address(.v6(.loopback)))
    }

    @Test(
        "is a name otherwise",
        arguments: [
            "localhost", "n1.node.dc1.consul", "db.example.com.", "my_db-1", "3com.example", "xn--bcher-kva.example",
        ]
    )
    func names(text: String) {
        #expect(Host(text) == .name(text))
        #expect(Host(text)?.description == text)
    }

    @Test(
        "is nothing where no resolver would take the text",
        arguments: [
            "", ".", "..", "a..b", ".a", "a b", "a/b", "http://a", "user@host", "a:80", "[::1]", "bücher.example",
            "a\n", "10.0.0.256", "010.0.0.1", "1.2.3", "8600", "fe80::1%eth0",
        ]
    )
    func refusal(text: String) {
        #expect(Host(text) == nil)
    }

    @Test("takes labels up to 63 bytes and names up to 253")
    func lengths() {
        let label = String(repeating: "a", count: 63)
        #expect(Host(label) != nil)
        #expect(Host(label + "a") == nil)
        let longest = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(longest.utf8.count == 253)
        #expect(Host(longest) != nil)
        #expect(Host(longest + ".") != nil)
        #expect(Host(longest + "b") == nil)
    }

    @Test("sorts addresses before names")
    func order() {
        #expect(Host.address(.v6(.loopback)) < .name("a"))
        #expect(!(Host.name("a") < .address(.v6(.loopback))))
        #expect(Host.name("a") < .name("b"))
    }
}
