// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

struct LookupOverHTTPTests {
    private func flags(_ via: String) async throws -> [String] {
        try await ["--via", via, "--format", "json"] + TestService.http() + TestService.server()
    }

    @Test func `A lookup over HTTP shows the ID, the tags and the status of instances`() async throws {
        let outcome = try await CommandLineTool.run(["cli-web", "--tag", "v1"] + flags("http"))
        let json = try outcome.json()
        #expect(outcome.status == 0)
        #expect(json["source"] as? String == "http" && json["complete"] as? Bool == true)
        let endpoint = try #require((json["endpoints"] as? [[String: Any]])?.first)
        #expect(
            [endpoint["address"], endpoint["node"], endpoint["id"]] as? [String] == [
                "10.1.0.1", "cli-node-1", "cli-web",
            ]
        )
        #expect(endpoint["tags"] as? [String] == ["v1"] && endpoint["status"] as? String == "passing")
        #expect(endpoint["weight"] as? Int == 7)
    }

    @Test func `A lookup over HTTP shows all instances of a service that is too large for DNS`() async throws {
        let outcome = try await CommandLineTool.run(["cli-huge", "--timeout", "20s"] + flags("auto"))
        let json = try outcome.json()
        #expect(json["source"] as? String == "http" && json["complete"] as? Bool == true)
        #expect((json["endpoints"] as? [Any])?.count == 1100)
        #expect(outcome.errors.isEmpty)
    }

    @Test
    func `A lookup by port name works, and reports a Consul that is too old for it`() async throws {
        let flags = try await TestService.http() + TestService.server()
        let agent = try await CommandLineTool.run(["cli-web", "--port-name", "admin", "--format", "json"] + flags)
        // Consul 1.22 reports that there is no such port.
        #expect(agent.status == 2 || agent.status == 3 && agent.errors.contains("1.22"))
        let query = try #require(try agent.json()["query"] as? [String: Any])
        #expect(query["port"] as? String == "admin")
        for wrong in [["--port-name", ""], ["--port-name", "admin", "--via", "dns", "--tag", "v1"]] {
            #expect(try await CommandLineTool.run(["cli-web"] + wrong + flags).status == 64)
        }
    }

    @Test
    func `The HTTP address comes from the flag, else from the environment`() async throws {
        let address = try await TestService.http()
        let right = try await CommandLineTool.run(
            ["cli-web", "--via", "http"],
            environment: ["CONSUL_HTTP_ADDR": address[1]]
        )
        #expect(right.status == 0)
        let overridden = try await CommandLineTool.run(
            ["cli-web", "--via", "http"] + address,
            environment: ["CONSUL_HTTP_ADDR": "nonsense://"]
        )
        #expect(overridden.status == 0)
        let nonsense = try await CommandLineTool.run(
            ["cli-web", "--via", "http"],
            environment: ["CONSUL_HTTP_ADDR": "nonsense://"]
        )
        #expect(nonsense.status == 64)
        #expect(nonsense.errors.contains("CONSUL_HTTP_ADDR"))
    }

    @Test(
        arguments: [
            (["cli-unheard-of"], "noSuchService"), (["cli-web", "--tag", "v9"], "noSuchTag"),
            (["cli-ill"], "noHealthyInstance"), (["cli-web", "--datacenter", "dc9"], "noSuchDatacenter"),
            (["dotted.name"], "noSuchService"),
        ],
        ["auto", "http"]
    )
    func `A lookup over HTTP states why a service is empty, and exits with 2`(
        request: (arguments: [String], reason: String),
        via: String
    ) async throws {
        let outcome = try await CommandLineTool.run(request.arguments + flags(via))
        let json = try outcome.json()
        #expect(outcome.status == 2)
        #expect(json["outcome"] as? String == "empty")
        #expect(json["reason"] as? String == request.reason)
        #expect(outcome.errors.contains("(\(request.reason))"))
    }

    @Test func `A lookup falls back to HTTP when the DNS port does not answer`() async throws {
        let outcome = try await CommandLineTool.run(["cli-web", "--format", "json"] + TestService.http())
        #expect(outcome.status == 0)
        #expect(try outcome.json()["source"] as? String == "http")
        #expect(outcome.errors.isEmpty)
    }

    @Test func `A lookup exits with 3 when neither DNS nor HTTP answers, and names both addresses`() async throws {
        let outcome = try await CommandLineTool.run(["web", "--format", "json"])
        let error = try #require(try outcome.json()["error"] as? String)
        #expect(outcome.status == 3)
        #expect(error.contains("over UDP: connection refused"))
        #expect(error.contains("no process listens on http://127.0.0.1:1"))
    }

    // MARK: Tokens

    @Test
    func `A lookup reads the token from a file, tells denial from absence, and prints no token`() async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny)
        try await agent.register(ServiceRegistration("cli-secret"))
        let token = try await agent.createToken(
            rules: #"service "cli-secret" { policy = "read" } node_prefix "" { policy = "read" }"#
        )
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("token")
        let flags = ["--http-address", "127.0.0.1:\(agent.ports.http)", "--format", "json"]
        func lookUp(_ arguments: [String], as secret: String?) async throws -> CommandLineTool.Outcome {
            var all = arguments + flags + ["--dns-server", "127.0.0.1:\(agent.ports.dns)"]
            if let secret {
                try Data("\(secret)\n".utf8).write(to: file)
                all += ["--token-file", file.path]
            }
            let outcome = try await CommandLineTool.run(all)
            if let secret {
                #expect(!outcome.output.contains(secret) && !outcome.errors.contains(secret))
            }
            return outcome
        }

        #expect(try await lookUp(["cli-secret"], as: token.secret).status == 0)
        let denied = try await lookUp(["cli-secret"], as: nil)
        try expectDenial(denied)
        try expectDenial(try await lookUp(["cli-other"], as: token.secret))
        for via in ["auto", "http"] {
            try expectDenial(try await lookUp(["cli-secret", "--via", via], as: "no-such-token-2f7a"))
        }
        let denials = [
            ["watch", "cli-secret", "--count", "1"], ["pick", "cli-secret"], ["pick", "cli-secret", "--count", "2"],
        ]
        for arguments in denials {
            let outcome = try await CommandLineTool.run(
                arguments + flags + ["--dns-server", "127.0.0.1:\(agent.ports.dns)"]
            )
            #expect(outcome.status == 3)
            if arguments[0] == "watch" { #expect(try outcome.json()["reason"] as? String == "accessDenied") }
        }
        let execution = try await CommandLineTool.run(
            ["exec", "cli-secret"] + flags.dropLast(2) + ["--", "echo", "run"]
        )
        #expect(execution.status == 3 && execution.output.isEmpty)
        let spoilt = try await lookUp(["cli-secret", "--via", "http"], as: "spoilt secret 41c9")
        #expect(spoilt.status == 3)
        let missing = try await CommandLineTool.run(
            ["cli-secret", "--via", "http", "--token-file", "/nowhere/token"] + flags
        )
        #expect(missing.status == 3)
        #expect(missing.errors.contains("/nowhere/token"))
    }

    @Test(
        arguments: [
            ("/nowhere/token", "cannot be read: no such file or directory"), ("/", "is not a regular file"),
            ("/dev/null", "is not a regular file"), ("/proc/self/mem/token", "cannot be read: not a directory"),
        ],
        [
            ["lookup", "cli-web"], ["lookup", "cli-web", "--format", "json"], ["watch", "cli-web"],
            ["pick", "cli-web"],
            ["bench", "cli-web", "--via", "http"], ["exec", "cli-web"],
        ]
    )
    func `An unreadable token file is reported at once, although DNS would answer`(
        file: (path: String, problem: String),
        command: [String]
    ) async throws {
        let flags = try await ["--token-file", file.path] + TestService.server() + TestService.http()
        let outcome = try await CommandLineTool.run(
            command + flags + (command[0] == "exec" ? ["--", "echo", "run"] : [])
        )
        #expect(outcome.status == 3)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "consul-resolve: cannot query Consul: the token file \(file.path) \(file.problem)\n")
    }

    @Test
    func `An empty token file is an error, unless only DNS is used`() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("cli-token-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let flags = try await ["cli-web", "--token-file", file.path] + TestService.server() + TestService.http()
        let outcome = try await CommandLineTool.run(flags)
        #expect(outcome.status == 3 && outcome.errors.hasSuffix("the token file \(file.path) is empty\n"))
        #expect(try await CommandLineTool.run(flags + ["--via", "dns"]).status == 0)
        let examined = try await CommandLineTool.run(["doctor"] + flags)
        #expect(examined.output.contains("the token file \(file.path) is empty"))
    }

    /// Expects a denial, which leaves the state of the service unknown: the reason of the outcome names the denial.
    private func expectDenial(_ outcome: CommandLineTool.Outcome) throws {
        #expect(outcome.status == 3)
        let json = try outcome.json()
        #expect(json["outcome"] as? String == "unknown")
        #expect(json["reason"] as? String == "accessDenied")
        #expect(json["error"] is String)
    }
}
