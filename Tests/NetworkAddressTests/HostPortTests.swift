// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

struct HostPortTests {
    @Test(
        arguments: ["1.2.3.4:8600", "[::1]:8600", "[2001:db8::1]:1", "consul.local:65535", "localhost:53"]
    )
    func `A host and port parses the forms of configuration files and writes them back`(text: String) throws {
        #expect(try HostPort(text).description == text)
    }

    @Test func `A host and port separates its parts`() throws {
        #expect(try HostPort("[::1]:8600") == HostPort(host: .address(.v6(.loopback)), port: 8600))
        #expect(try HostPort("127.0.0.1:53") == HostPort(host: .address(.v4(.loopback)), port: 53))
        #expect(try HostPort("dns:53") == HostPort(host: .name("dns"), port: 53))
    }

    @Test(
        arguments: [
            ("1.2.3.4", "1.2.3.4:8600"), ("[::1]", "[::1]:8600"), ("dns", "dns:8600"), ("dns:53", "dns:53"),
        ]
    )
    func `A host and port uses the default port only for text without one`(text: String, result: String) throws {
        #expect(try HostPort(text, defaultPort: 8600).description == result)
    }

    @Test(
        arguments: [
            ("", .missingHost), (":8600", .missingHost), ("1.2.3.4", .missingPort), ("[::1]", .missingPort),
            ("a:0", .badPort), ("a:99999", .badPort), ("a:65536", .badPort), ("a:", .badPort), ("a:+1", .badPort),
            ("a:-1", .badPort), ("a: 1", .badPort), ("a:1 ", .badPort), ("a:http", .badPort), ("a:٨", .badPort),
            ("[::1]8600", .badPort), ("[::1]:", .badPort), ("[::1]:0", .badPort), ("[::1]:1:2", .badPort),
            ("::1", .unbracketedIPv6), ("::1:8600", .unbracketedIPv6), ("http://a:1", .unbracketedIPv6),
            (" a:1", .badHost), ("a b:1", .badHost), ("[::1", .badHost), ("[]:1", .badHost), ("[1.2.3.4]:1", .badHost),
            ("[fe80::1%eth0]:1", .badHost), ("10.0.0.256:1", .badHost), ("user@a:1", .badHost), ("a/b:1", .badHost),
        ] as [(String, HostPortError.Code)]
    )
    func `A malformed host and port is refused with the wrong part`(text: String, code: HostPortError.Code) {
        let error = #expect(throws: HostPortError.self) { try HostPort(text) }
        #expect(error?.code == code, "\(text)")
        #expect(error?.message.contains("\"\(text)\"") == true)
        #expect(error?.message.contains("write") == true)
    }

    @Test(
        arguments: ["user:hunter2@a", "user:hunter2@a:1", "u:hunter2%40a"]
    )
    func `Text that may contain a password is not quoted in the error`(text: String) {
        let error = #expect(throws: HostPortError.self) { try HostPort(text) }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test
    func `An IPv6 address without brackets is refused, whatever the default port`() {
        let error = #expect(throws: HostPortError.self) { try HostPort("::1", defaultPort: 8600) }
        #expect(error?.code == .unbracketedIPv6)
        #expect(error.map(String.init(describing:))?.contains("[::1]:8600") == true)
    }

    @Test func `Hosts and ports sort by host, then by port`() throws {
        let sorted = ["9.0.0.1:80", "10.0.0.1:80", "10.0.0.1:443", "[::1]:1", "a:1"]
        #expect(try sorted.reversed().map { try HostPort($0) }.sorted().map(\.description) == sorted)
    }
}
