// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import consul_resolve

/// `consul-resolve pick`
struct PickTests {
    /// The endpoints of `cli-web`, with the weights 7 and 1.
    private static let endpoints = ["10.1.0.1:80", "[2001:db8::1]:8080"]

    private func pick(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.run(["pick"] + arguments + ["--timeout", "20s"] + TestService.server())
    }

    /// Returns the number of picks of each endpoint, by its address.
    private func picks(_ outcome: CommandLineTool.Outcome) throws -> [String: Int] {
        let endpoints = try #require(try outcome.json()["endpoints"] as? [[String: Any]])
        let pairs = try endpoints.map { (try #require($0["address"] as? String), try #require($0["picks"] as? Int)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    // MARK: One

    @Test(arguments: [[], ["--format", "plain"]])
    func `The pick command prints one endpoint and no heading`(format: [String]) async throws {
        let outcome = try await CommandLineTool.run(["pick", "cli-web"] + format + TestService.server())
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(PickTests.endpoints.contains { outcome.output == $0 + "\n" })
    }

    @Test func `A single pick can be printed as a table of one row`() async throws {
        let outcome = try await pick("cli-web", "--format", "table")
        #expect(outcome.status == 0 && outcome.lines.count == 2)
        #expect(outcome.lines[0].hasPrefix("ENDPOINT") && outcome.lines[0].hasSuffix("NODE  PRIORITY  WEIGHT"))
    }

    @Test func `A single pick has the agreed JSON`() async throws {
        let outcome = try await pick("cli-web", "--tag", "v1", "--format", "json")
        let json = try outcome.json()
        #expect(outcome.status == 0)
        #expect(Set(json.keys) == ["policy", "picks", "endpoints", "error", "stale"])
        #expect(json["stale"] as? Bool == false)
        #expect(json["policy"] as? String == "adaptive" && json["picks"] as? Int == 1 && json["error"] is NSNull)
        let endpoints = try #require(json["endpoints"] as? [[String: Any]])
        let endpoint = try #require(endpoints.first)
        #expect(endpoints.count == 1)
        #expect(Set(endpoint.keys) == ["address", "port", "weight", "picks", "expectedPicks"])
        #expect(endpoint["address"] as? String == "10.1.0.1")
        #expect([endpoint["port"], endpoint["weight"], endpoint["picks"]] as? [Int] == [80, 7, 1])
        #expect(outcome.output.hasPrefix(#"{"policy":"adaptive","picks":1,"endpoints":[{"address":"10.1.0.1","#))
    }

    @Test func `A key goes to the same endpoint in every process`() async throws {
        var picked: Set<String> = []
        for _ in 0..<3 {
            picked.insert(try await pick("cli-large", "--policy", "hashed", "--key", "customer-4711").output)
        }
        #expect(picked.count == 1)
        #expect(try await pick("cli-large", "--policy", "hashed", "--key", "another").output != picked.first)
    }

    // MARK: Many

    @Test(arguments: ["weightedRoundRobin", "leastOutstanding", "adaptive"])
    func `Rotating policies distribute picks by weight`(policy: String) async throws {
        let outcome = try await pick("cli-web", "--policy", policy, "--count", "800", "--format", "json")
        #expect(outcome.status == 0)
        #expect(try outcome.json()["policy"] as? String == policy)
        #expect(try outcome.json()["picks"] as? Int == 800)
        #expect(try picks(outcome) == ["10.1.0.1": 700, "2001:db8::1": 100])
    }

    @Test(arguments: ["random", "hashed"])
    func `Random picks and picks with keys of their own come near the weights`(policy: String) async throws {
        let outcome = try await pick("cli-web", "--policy", policy, "--count", "10000", "--format", "json")
        // Six standard deviations of a binomial distribution.
        let small = try #require(try picks(outcome)["2001:db8::1"])
        #expect((1050...1450).contains(small))
    }

    @Test(arguments: [["--policy", "pickFirst"], ["--policy", "hashed", "--key", "one"]])
    func `Some policies stay with one endpoint, and the others are shown without picks`(policy: [String]) async throws {
        let outcome = try await CommandLineTool.run(
            ["pick", "cli-web", "--count", "100", "--format", "json", "--timeout", "20s"] + policy
                + TestService.server()
        )
        #expect(try picks(outcome).values.sorted() == [0, 100])
    }

    @Test func `The distribution is shown with a chart and the largest deviation`() async throws {
        let outcome = try await pick("cli-web", "--policy", "weightedRoundRobin", "--count", "800")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let bar = { String(repeating: "█", count: $0) }
        #expect(
            outcome.output == """
                ENDPOINT            WEIGHT  PICKS  SHARE   EXPECTED
                10.1.0.1:80         7       700    87.5 %  87.5 %    \(bar(27))
                [2001:db8::1]:8080  1       100    12.5 %  12.5 %    \(bar(3))▉

                greatest deviation from the weights: 10.1.0.1:80 by 0 picks, 0 % of all

                """
        )
    }

    @Test func `The chart is as wide as the terminal`() async throws {
        let server = try await TestService.server().joined(separator: " ")
        let line = "stty rows 30 cols 120; $TOOL pick cli-web --policy random --count 80 \(server)"
        let outcome = try await CommandLineTool.shell("script -qec '\(line)' /dev/null")
        #expect(outcome.lines.map(\.count).max() == 120)
    }

    @Test func `The plain format prints a line for each pick`() async throws {
        let outcome = try await pick("cli-web", "--count", "8000", "--format", "plain")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.lines.count == 8000)
        #expect(Set(outcome.lines) == Set(PickTests.endpoints))
    }

    @Test func `The pick command ends quietly when its reader closes the pipe`() async throws {
        let server = try await TestService.http().joined(separator: " ")
        let line = "$TOOL pick cli-web --via http --count 100000000 --format plain \(server) | head -n 2"
        let outcome = try await CommandLineTool.shell(line)
        #expect(outcome.lines.count == 2 && outcome.errors.isEmpty)
    }

    @Test func `The pick command reports that there may be more instances`() async throws {
        let outcome = try await pick("cli-huge", "--via", "dns", "--count", "1", "--format", "plain")
        #expect(outcome.status == 0)
        #expect(outcome.errors.hasPrefix("consul-resolve: there may be more instances than these "))
    }

    // MARK: What Consul says

    @Test(arguments: ["dns", "http"])
    func `A critical instance is not picked any more`(via: String) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "pick-critical-\(via)"
        let (first, second) = ("10.9.0.1", "10.9.0.2")
        func register(_ address: String, _ health: ServiceRegistration.Status) async throws {
            let instance = ServiceRegistration(name, address: address, port: 80, checks: [health])
            try await agent.register(instance, node: "\(name)-\(address)")
        }
        let servers = [
            "--dns-server", "127.0.0.1:\(agent.ports.dns)", "--http-address", "127.0.0.1:\(agent.ports.http)",
        ]
        let options = ["--via", via, "--policy", "weightedRoundRobin", "--count", "10", "--format", "json"]
        let flags = ["pick", name] + options + servers
        try await register(first, .passing)
        try await register(second, .passing)
        #expect(try picks(await CommandLineTool.run(flags)) == [first: 5, second: 5])
        try await register(first, .critical)
        #expect(try picks(await CommandLineTool.run(flags)) == [second: 10])
        try await register(second, .critical)
        let nobody = try await CommandLineTool.run(flags)
        #expect(nobody.status == 2)
        #expect(try picks(nobody).isEmpty)
    }

    @Test func `The pick command exits with 2 when no instance is healthy`() async throws {
        for format in [[], ["--count", "5"], ["--format", "table"]] {
            let outcome = try await CommandLineTool.run(["pick", "cli-ill"] + format + TestService.server())
            #expect(outcome.status == 2)
            #expect(outcome.output.isEmpty)
            #expect(
                outcome.errors
                    == "consul-resolve: cannot pick an endpoint of cli-ill: Consul knows no healthy instance\n"
            )
        }
        let json = try await CommandLineTool.run(
            ["pick", "cli-ill", "--via", "http", "--format", "json"] + TestService.http()
        )
        #expect(json.status == 2)
        #expect(try json.json()["picks"] as? Int == 0)
        #expect(
            try json.json()["error"] as? String == "Consul knows no healthy instance: noHealthyInstance"
        )
    }

    @Test func `The pick command exits with 3 when no server answers`() async throws {
        let plain = try await CommandLineTool.run(["pick", "web", "--count", "5"])
        #expect(plain.status == 3)
        #expect(plain.output.isEmpty)
        #expect(plain.errors.hasPrefix("consul-resolve: cannot pick an endpoint of web: Consul did not answer: "))
        let json = try await CommandLineTool.run(["pick", "web", "--format", "json"])
        #expect(json.status == 3)
        #expect((try json.json()["error"] as? String)?.contains("connection refused") == true)
    }

    @Test func `The pick command names the failover datacenter that an endpoint comes from`() async throws {
        let federation = try await SharedConsulAgents.shared.federation()
        let elsewhere = ServiceRegistration("pick-elsewhere", address: "10.9.1.1", port: 80)
        try await federation.dc2.register(elsewhere, node: "pick-elsewhere")
        let flags = [
            "pick", "pick-elsewhere", "--failover-datacenter", "dc2", "--timeout", "10s", "--dns-server",
            "127.0.0.1:\(federation.dc1.ports.dns)", "--http-address", "127.0.0.1:\(federation.dc1.ports.http)",
        ]
        let plain = try await CommandLineTool.run(flags)
        #expect(plain.output == "10.9.1.1:80\n" && plain.errors == "consul-resolve: from datacenter dc2\n")
        let json = try await CommandLineTool.run(flags + ["--format", "json"])
        #expect(try json.json()["servedBy"] as? [String: String] == ["datacenter": "dc2"])
    }

    @Test func `The pick command reports that Consul cannot confirm the endpoints`() async throws {
        let script: ScriptedHTTPServer.Script = { _ in
            [.reply(.health(HealthEntry.instances(of: "web", count: 1)).header("X-Consul-Knownleader", "false"))]
        }
        try await withScriptedHTTPServer(script: script) { http in
            let flags = ["web", "--via", "http", "--http-address", "127.0.0.1:\(http.port)"]
            for command in [["pick"] + flags, ["lookup"] + flags, ["exec"] + flags + ["--", "true"]] {
                let outcome = try await CommandLineTool.run(command)
                #expect(outcome.status == 0)
                #expect(outcome.errors.contains("Consul does not answer about web now"), "\(command)")
            }
            let json = try await CommandLineTool.run(["pick", "--format", "json"] + flags)
            #expect(try json.json()["stale"] as? Bool == true)
        }
    }

    // MARK: Usage

    @Test func `An unknown policy is rejected with a list of the policies`() async throws {
        let outcome = try await CommandLineTool.run(["pick", "web", "--policy", "best"])
        let listed = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("  - ") }
        #expect(listed.map { $0.dropFirst(4) } == PolicyName.allCases.map { Substring($0.rawValue) })
    }

    @Test(
        arguments: [
            (["web", "--policy", "best"], "The value 'best' is invalid"),
            (["web", "--key", "k"], "--key needs --policy hashed; adaptive does not use it"),
            (["web", "--key", "k", "--policy", "random"], "random does not use it"),
            (["web", "--count", "0"], "--count"), (["web", "--count", "100000001"], "--count"),
            (["web", "--count", "-1"], "--count"), (["web", "--count", "many"], "--count"),
            (["web", "--format", "xml"], "--format"), (["a.b", "--via", "dns"], "contains a dot"),
            (["web", "--failover-datacenter", ""], "--failover-datacenter"), ([], "name"),
        ]
    )
    func `The pick command rejects invalid arguments with status 64`(arguments: [String], reason: String) async throws {
        let outcome = try await CommandLineTool.run(["pick"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(reason))
    }
}
