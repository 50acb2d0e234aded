// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

@Suite struct ConsulVersionTests {
    @Test func `A version is read from the formats in common use`() {
        #expect(ConsulVersion("1.8.7") == ConsulVersion(1, 8, 7))
        #expect(ConsulVersion("v1.22.7+ent") == ConsulVersion(1, 22, 7))
        #expect(ConsulVersion("1.20.0-dev") == ConsulVersion(1, 20))
        #expect(ConsulVersion("1.14") == ConsulVersion(1, 14))
        #expect(ConsulVersion("Consul v1.15.7\nRevision 1234\nBuild Date 2023-11-02\n") == ConsulVersion(1, 15, 7))
        for text in ["", "consul", "v", "1", "1.2.3.4", "1..2"] { #expect(ConsulVersion(text) == nil, "\(text)") }
    }

    @Test func `Versions are compared by their numbers, not as text`() {
        #expect(ConsulVersion(1, 8, 7) < ConsulVersion(1, 14))
        #expect(ConsulVersion(1, 22, 7) > ConsulVersion(1, 15, 7))
        #expect("\(ConsulVersion(1, 14))" == "1.14.0")
    }

    @Test func `The port for gRPC over TLS is closed from 1.14 on, and not configured before`() throws {
        let configuration: JSONObject = ["ports": ["grpc": -1]]
        #expect(configuration.configuration(for: ConsulVersion(1, 13, 9)) == configuration)
        let closed: JSONObject = ["ports": ["grpc": -1, "grpc_tls": -1]]
        #expect(configuration.configuration(for: ConsulVersion(1, 14)) == closed)
        let chosen: JSONObject = ["ports": ["grpc_tls": 8503]]
        #expect(chosen.configuration(for: ConsulVersion(1, 22, 7)) == chosen)
    }

    @Test func `The management token has the name that the version uses`() throws {
        let old = try JSONObject(parsing: ConsulAgent.defaultDeny)
        #expect(old.configuration(for: ConsulVersion(1, 8, 7)) == old)
        let new = old.configuration(for: ConsulVersion(1, 15, 7))
        let access = new["acl"]?.object
        #expect(access?["tokens"] == ["initial_management": "root"])
        #expect(access?["enabled"] == true && access?["default_policy"] == "deny")
        #expect(old.managementToken == "root" && new.managementToken == "root")
    }

    @Test func `The installed program reports its version`() throws {
        let version = try ConsulBinary.version(of: ConsulBinary.locate())
        #expect(version >= ConsulVersion(1, 8))
    }
}
