// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `consul-resolve env`, `register` and `event` against real agents.
struct SupervisedCommandTests {
    private func write(_ key: String, _ value: String, _ http: [String]) async throws {
        #expect(try await CommandLineTool.run(["kv", "put", key, value] + http).status == 0)
    }

    @Test(arguments: ["restart", "exec"])
    func `env runs a command with the entries as its environment, and ends with its status`(reaction: String)
        async throws
    {
        let http = try await TestService.http()
        try await write("cli/env-\(reaction)/db/host", "10.0.0.1", http)
        let outcome = try await CommandLineTool.run(
            ["env", "cli/env-\(reaction)", "--on-change", reaction] + http + [
                "--", "sh", "-c", "echo $db_host; exit 5",
            ]
        )
        #expect(outcome.output == "10.0.0.1\n" && outcome.status == 5, "\(outcome.errors)")
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `env restarts the command when an entry changes`(dress: AgentDress) async throws {
        let http = try await TestService.http(dress)
        let prefix = "cli/env-change-\(dress)"
        try await write("\(prefix)/level", "1", http)
        let arguments = ["env", prefix] + http + ["--", "sh", "-c", "echo level $level; sleep 60"]
        try await RunningTool.with(arguments) { tool in
            #expect(try await tool.lines(1, within: .seconds(60)) == ["level 1"])
            try await write("\(prefix)/level", "2", http)
            #expect(try await tool.lines(2, within: .seconds(60)).last == "level 2")
            tool.signal(SIGTERM)
            #expect(try await tool.end(within: .seconds(60)) == 128 + SIGTERM)
        }
    }

    @Test func `env sends SIGHUP when an entry changes and the reaction is signal`() async throws {
        let http = try await TestService.http()
        try await write("cli/env-signal/level", "1", http)
        let script = "trap 'echo reloaded; exit 0' HUP; echo started; while :; do sleep 0.1; done"
        let arguments = ["env", "cli/env-signal", "--on-change", "signal"] + http + ["--", "sh", "-c", script]
        try await RunningTool.with(arguments) { tool in
            try await tool.lines(1, within: .seconds(60))
            try await write("cli/env-signal/level", "2", http)
            #expect(try await tool.lines(2, within: .seconds(60)).last == "reloaded")
            #expect(try await tool.end(within: .seconds(60)) == 0)
        }
    }

    @Test func `env refuses two keys that mean one variable`() async throws {
        let http = try await TestService.http()
        try await write("cli/env-clash/a.b", "1", http)
        try await write("cli/env-clash/a/b", "2", http)
        let outcome = try await CommandLineTool.run(["env", "cli/env-clash"] + http + ["--", "true"])
        #expect(outcome.status == 3 && outcome.errors.contains("both mean the variable a_b"))
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `register keeps a service registered while the command runs`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let http = try await TestService.http(dress)
        let name = "cli-registered-\(dress.version == nil ? "plain" : "new")"
        let arguments =
            ["register", name, "--port", "8080", "--tag", "v1", "--meta", "team=a", "--weight", "7"] + http
            + ["--", "sh", "-c", "echo started; sleep 60"]
        try await RunningTool.with(arguments) { tool in
            try await tool.lines(1, within: .seconds(60))
            try await eventually("the registration", within: .seconds(60)) {
                let reply = try await agent.get("/v1/health/service/\(name)?passing")
                return reply.body.contains("\"team\"") && reply.body.contains("8080")
            }
            tool.signal(SIGTERM)
            #expect(try await tool.end(within: .seconds(60)) == 128 + SIGTERM)
        }
        #expect(try await agent.get("/v1/catalog/service/\(name)").body.contains("8080") == false)
    }

    @Test(arguments: [["env", "cli/env-killed"], ["register", "cli-killed", "--port", "8080"]])
    func `A killed env or register leaves no command`(arguments: [String]) async throws {
        let http = try await TestService.http()
        // The guardian learns of the command just after its start, which the pause leaves time for.
        let script = ["--", "sh", "-c", "sleep 2; echo $$; exec sleep 600"]
        try await RunningTool.with(arguments + http + script) { tool in
            let command = try #require(Int32(try await tool.lines(1, within: .seconds(60))[0]))
            tool.signal(SIGKILL)
            try await eventually("the end of the command", within: .seconds(60)) {
                // A zombie only waits for its parent to notice its end.
                let state = try? String(contentsOfFile: "/proc/\(command)/stat", encoding: .utf8)
                return state?.contains(") Z") ?? true
            }
        }
    }

    @Test(arguments: [
        ["register", "web", "--port", "80"], ["register", "web", "--port", "80", "--meta", "x", "--", "true"],
        ["register", "web", "--port", "80", "--check", "udp:x", "--", "true"], ["env", "p"], ["env", "", "--", "true"],
        ["register", "web", "--port", "0", "--", "true"],
    ])
    func `register and env refuse arguments that cannot work`(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.run(arguments)
        #expect(outcome.status == 64, "\(outcome.errors)")
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `event watch prints an event that event fire has sent`(dress: AgentDress) async throws {
        let http = try await TestService.http(dress)
        let arguments = ["event", "watch", "cli-deploy", "--format", "json", "--count", "1"] + http
        try await RunningTool.with(arguments) { tool in
            try await tool.waitForError("waiting for events", within: .seconds(60))
            let fired = try await CommandLineTool.run(["event", "fire", "cli-deploy", "v42"] + http)
            #expect(fired.status == 0)
            let line = try await tool.lines(1, within: .seconds(60))[0]
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(event["id"] as? String == fired.lines.first)
            #expect(event["payload"] as? String == "v42" && event["payloadBase64"] as? String == "djQy")
            #expect(event["name"] as? String == "cli-deploy" && event["gap"] as? Bool == false)
            #expect(try await tool.end(within: .seconds(60)) == 0)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `watch --exec runs a command after a change, and for the first set only on request`(dress: AgentDress)
        async throws
    {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let http = try await TestService.http(dress)
        let name = "cli-exec-\(dress.version == nil ? "plain" : "new")"
        try await agent.register(ServiceRegistration(name, id: "1", address: "10.9.0.1"), node: "exec-1")
        let script = ["--", "sh", "-c", "echo $SERVICE_NAME $SERVICE_ENDPOINTS"]
        let arguments = ["watch", name, "--via", "http", "--exec", "--initial", "--count", "2"] + http + script
        try await RunningTool.with(arguments) { tool in
            #expect(try await tool.lines(1, within: .seconds(60)) == ["\(name) 10.9.0.1:8080"])
            try await agent.register(ServiceRegistration(name, id: "2", address: "10.9.0.2"), node: "exec-2")
            let line = try await tool.lines(2, within: .seconds(60))[1]
            #expect(Set(line.split(separator: " ")) == [name[...], "10.9.0.1:8080", "10.9.0.2:8080"])
            #expect(try await tool.end(within: .seconds(60)) == 0)
        }
    }

    @Test func `event fire refuses a payload that some version of Consul refuses`() async throws {
        let http = try await TestService.http()
        let outcome = try await CommandLineTool.run(
            ["event", "fire", "big", String(repeating: "x", count: 301)] + http
        )
        #expect(outcome.status == 64 && outcome.errors.contains("300"))
    }
}
