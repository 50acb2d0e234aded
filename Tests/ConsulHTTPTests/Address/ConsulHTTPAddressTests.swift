// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

struct ConsulHTTPAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:8500", "http://127.0.0.1:8500"),
            ("consul.local", "http://consul.local:80"),
            ("http://[::1]", "http://[::1]:80"),
            (":8500", "http://127.0.0.1:8500"),
            ("http://:8500", "http://127.0.0.1:8500"),
            ("https://:8501/x", "https://127.0.0.1:8501/x"),
            ("HTTP://a:1", "http://a:1"),
            ("https://consul.local", "https://consul.local:443"),
            ("https://[2001:db8::1]:8501", "https://[2001:db8::1]:8501"),
            ("http://a:1/", "http://a:1"),
            ("http://a:1/x/y%20z/", "http://a:1/x/y%20z"),
            ("a:1/consul", "http://a:1/consul"),
            ("unix:///run/consul.sock", "unix:///run/consul.sock"),
        ]
    )
    func `An address is parsed in the formats of Consul`(text: String, url: String) throws {
        let address = try ConsulHTTPAddress(text)
        #expect(address.description == url)
        #expect(try ConsulHTTPAddress(url) == address)
    }

    @Test(
        arguments: [
            ("", .badHostPort), (":", .badHostPort), (":0", .badHostPort), ("http://", .badHostPort),
            ("a:0", .badHostPort),
            ("a:65536", .badHostPort), ("::1", .badHostPort), ("10.0.0.256", .badHostPort), (" a", .badHostPort),
            ("a\n", .badHostPort), ("http:/a", .badHostPort), ("ü:1", .badHostPort),
            ("ftp://a", .unknownScheme), ("://a", .unknownScheme), ("tcp://a:1", .unknownScheme),
            ("user:pass@a:1", .credentials), ("https://user@a", .credentials), ("user:pass%40a:1", .credentials),
            ("unix://user:pass@a", .credentials),
            ("a:1?dc=x", .queryOrFragment), ("http://a/#x", .queryOrFragment),
            ("a//b", .badPath), ("a/..", .badPath), ("a/./b", .badPath), ("a/%zz", .badPath), ("a/%2", .badPath),
            ("a/b c", .badPath), ("a/x://y", .unknownScheme),
            ("unix://run/consul.sock", .badSocketPath), ("unix://", .badSocketPath), ("unix:///", .badSocketPath),
            ("unix:///a\n", .badSocketPath), ("unix:///" + String(repeating: "a", count: 103), .badSocketPath),
        ] as [(String, ConsulHTTPAddressError.Code)]
    )
    func `An invalid address is refused`(text: String, code: ConsulHTTPAddressError.Code) {
        let error = #expect(throws: ConsulHTTPAddressError.self) { try ConsulHTTPAddress(text) }
        #expect(error?.code == code, "\(text)")
        #expect(error?.message.contains("write") == true)
    }

    @Test(
        arguments: [
            "http://user:hunter2@a", "hunter2://a", "a:hunter2@b", "unix://user:hunter2@a", "user:hunter2%40a",
            "http://a/user:hunter2@b", "http://user:hunter2@@a?x#y",
        ]
    )
    func `An error does not quote an address that may contain a password`(text: String) {
        let error = #expect(throws: ConsulHTTPAddressError.self) { try ConsulHTTPAddress(text) }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(
        arguments: [
            ("127.0.0.2", true), ("[::1]", true), ("[::ffff:127.0.0.1]", true), ("localhost", true),
            ("unix:///a", true), ("10.0.0.1", false), ("[::2]", false), ("consul.local", false),
        ]
    )
    func `An address tells whether the agent is on this machine`(text: String, isLocal: Bool) throws {
        #expect(try ConsulHTTPAddress(text).isLocal == isLocal)
    }
}
