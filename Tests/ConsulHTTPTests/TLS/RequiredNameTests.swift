// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

struct RequiredNameTests {
    @Test(arguments: [
        ("server.dc1.consul", "server.dc1.consul", true), ("Server.DC1.consul", "SERVER.dc1.Consul", true),
        ("server.dc1.consul.", "server.dc1.consul", true), ("server.dc1.consul", "*.dc1.consul", true),
        ("server.dc1.consul", "server.dc2.consul", false), ("server.dc1.consul", "dc1.consul", false),
        ("a.server.dc1.consul", "*.dc1.consul", false), ("server.dc1.consul", "s*.dc1.consul", false),
        ("server.dc1.consul", "*", false), ("server.dc1.consul", "", false), (".dc1.consul", "*.dc1.consul", false),
        ("server", "*.server", false),
    ])
    func `A certificate's name matches a required name literally or by wildcard`(
        name: String,
        pattern: String,
        isMatch: Bool
    ) {
        #expect(RequiredName(name).matches(pattern) == isMatch)
    }
}
