// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `consul-resolve lock` against real agents.
@Suite struct LockCommandTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `lock runs a command with the token in its environment, and ends with its status`(dress: AgentDress)
        async throws
    {
        let http = try await TestService.http(dress)
        let script = "echo $CONSUL_LOCK_KEY $CONSUL_LOCK_TOKEN $CONSUL_LOCK_SESSION; exit 7"
        var tokens: [UInt64] = []
        for _ in 0..<2 {
            let outcome = try await CommandLineTool.run(
                ["lock", "cli/lock/\(dress.version == nil ? "plain" : "new")"] + http + ["--", "sh", "-c", script]
            )
            #expect(outcome.status == 7, "\(outcome.errors)")
            let words = outcome.output.split(whereSeparator: \.isWhitespace)
            try #require(words.count == 3)
            #expect(words[0] == "cli/lock/\(dress.version == nil ? "plain" : "new")" && words[2].count == 36)
            tokens.append(try #require(UInt64(words[1])))
        }
        #expect(tokens[0] < tokens[1])
    }

    @Test func `lock waits for the holder, fails in time, and shows the holder`() async throws {
        let http = try await TestService.http()
        let holder = ["lock", "cli/held"] + http + ["--", "sh", "-c", "echo held; sleep 60"]
        try await RunningTool.with(holder) { tool in
            try await tool.lines(1, within: .seconds(60))
            let once = try await CommandLineTool.run(["lock", "cli/held", "--try"] + http + ["--", "true"])
            #expect(once.status == 2 && once.errors.contains("held"))
            let timed = try await CommandLineTool.run(["lock", "cli/held", "--wait", "200ms"] + http + ["--", "true"])
            #expect(timed.status == 2)
            let status = try await CommandLineTool.run(["lock", "cli/held", "--status", "--format", "json"] + http)
                .json()
            #expect(status["key"] as? String == "cli/held")
            #expect(status["held"] as? Bool == true && status["limit"] as? Int == 1)
            #expect(status["ttlSeconds"] as? Int == 15 && status["lockDelaySeconds"] as? Int == 15)
            let holders = try #require(status["holders"] as? [[String: Any]])
            #expect(holders.count == 1 && holders[0]["name"] as? String == "consul-resolve lock cli/held")
            // The command receives the signal; its end releases the lock.
            tool.signal(SIGTERM)
            #expect(try await tool.end(within: .seconds(60)) == 128 + SIGTERM)
        }
        let free = try await CommandLineTool.run(["lock", "cli/held", "--try"] + http + ["--", "echo", "free"])
        #expect(free.output == "free\n", "\(free.errors)")
    }

    @Test func `A signal ends the wait for a lock, and leaves no session`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let http = try await TestService.http()
        let holder = ["lock", "cli/signal"] + http + ["--", "sh", "-c", "echo held; sleep 60"]
        try await RunningTool.with(holder) { holder in
            try await holder.lines(1, within: .seconds(60))
            try await RunningTool.with(["lock", "cli/signal"] + http + ["--", "echo", "no"]) { waiter in
                try await waiter.waitForError("waiting for the lock", within: .seconds(60))
                waiter.signal(SIGINT)
                #expect(try await waiter.end(within: .seconds(60)) == 128 + SIGINT)
            }
            let sessions = try await agent.get("/v1/session/list").body
            #expect(sessions.components(separatedBy: "consul-resolve lock cli/signal").count == 2)
            holder.signal(SIGTERM)
            _ = try await holder.end(within: .seconds(60))
        }
    }

    @Test func `A command whose lock is lost is stopped with its children, and the status is 75`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let http = try await TestService.http()
        // The child ignores SIGTERM, so only SIGKILL to the whole process group ends it.
        let script = "(trap '' TERM; while :; do sleep 1; done) & echo $! $CONSUL_LOCK_SESSION; wait"
        let arguments = ["lock", "cli/lost", "--ttl", "10s"] + http + ["--", "sh", "-c", script]
        try await RunningTool.with(arguments) { tool in
            let words = try await tool.lines(1, within: .seconds(60))[0].split(separator: " ")
            let child = try #require(Int32(words[0]))
            try await agent.put("/v1/session/destroy/\(words[1])")
            #expect(try await tool.end(within: .seconds(60)) == 75)
            #expect(tool.errorText.contains("the command was stopped"))
            try await eventually("the end of the child", within: .seconds(60)) { kill(child, 0) != 0 }
        }
    }

    @Test func `lock and Consul's own lock exclude each other`() async throws {
        let http = try await TestService.http()
        let agent = try await SharedConsulAgents.shared.agent()
        let holder = ["lock", "cli/interop"] + http + ["--", "sh", "-c", "echo held; sleep 60"]
        try await RunningTool.with(holder) { tool in
            try await tool.lines(1, within: .seconds(60))
            let theirs = try await agent.runConsul("lock", "-timeout=1s", "cli/interop", "true")
            #expect(theirs.status != 0)
            tool.signal(SIGTERM)
            _ = try await tool.end(within: .seconds(60))
        }
        let theirs = try await agent.runConsul("lock", "cli/interop", "echo", "theirs")
        #expect(theirs.status == 0)
    }

    @Test(arguments: [
        ["lock", "k"], ["lock", "k", "--status", "--", "true"], ["lock", "k", "--try", "--wait", "1s", "--", "true"],
        ["lock", "k", "--ttl", "5s", "--", "true"], ["lock", "k", "-n", "0", "--", "true"], ["lock", "k", "--", ""],
    ])
    func `lock refuses arguments that cannot work`(arguments: [String]) async throws {
        #expect(try await CommandLineTool.run(arguments).status == 64)
    }

    @Test func `lock reports a command that does not exist with status 127, and releases the lock`() async throws {
        let http = try await TestService.http()
        for _ in 0..<2 {
            let outcome = try await CommandLineTool.run(
                ["lock", "cli/nothing", "--try"] + http + ["--", "no-such-program"]
            )
            #expect(outcome.status == 127, "\(outcome.errors)")
        }
    }
}
