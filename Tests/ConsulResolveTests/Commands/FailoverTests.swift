// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `--failover-datacenter`
struct FailoverTests {
    /// Returns the flags of an agent in a datacenter without the service, which the other datacenter has.
    private func flags(_ name: String) async throws -> [String] {
        let federation = try await SharedConsulAgents.shared.federation()
        try await federation.dc2.register(ServiceRegistration(name, address: "10.8.0.1", port: 80), node: name)
        let (dns, http) = (federation.dc1.ports.dns, federation.dc1.ports.http)
        return [name, "--dns-server", "127.0.0.1:\(dns)", "--http-address", "127.0.0.1:\(http)", "--timeout", "10s"]
    }

    @Test func `A lookup reports the datacenter that served the answer`() async throws {
        let flags = try await flags("cli-elsewhere")
        let alone = try await CommandLineTool.run(flags + ["--format", "json"])
        #expect(alone.status == 2 && !alone.output.contains("servedBy"))
        let alternatives = ["--failover-datacenter", "dc9", "--failover-datacenter", "dc2"]
        let found = try await CommandLineTool.run(flags + alternatives + ["--format", "json"])
        #expect(found.status == 0)
        #expect(try found.json()["servedBy"] as? [String: String] == ["datacenter": "dc2"])
        let plain = try await CommandLineTool.run(flags + alternatives + ["--format", "plain"])
        #expect(plain.output == "10.8.0.1:80\n" && plain.errors == "consul-resolve: from datacenter dc2\n")
    }

    @Test func `A watch reports the datacenter that served the answer`() async throws {
        let flags = try await ["watch"] + flags("cli-watched-elsewhere") + ["--failover-datacenter", "dc2"]
        let json = try await CommandLineTool.run(flags + ["--count", "1", "--format", "json"])
        #expect(json.status == 0)
        #expect(try json.json()["servedBy"] as? [String: String] == ["datacenter": "dc2"])
        let plain = try await CommandLineTool.run(flags + ["--count", "1", "--format", "plain"])
        #expect(plain.errors == "consul-resolve: from datacenter dc2\n")
    }

    @Test(arguments: ["dc1", "DC1", "", "a.b"])
    func `Invalid failover datacenters are rejected`(datacenter: String) async throws {
        let arguments = ["web", "--datacenter", "dc1", "--failover-datacenter", datacenter]
        let outcome = try await CommandLineTool.run(arguments)
        #expect(outcome.status == 64 && outcome.errors.contains("--failover-datacenter"))
    }
}
