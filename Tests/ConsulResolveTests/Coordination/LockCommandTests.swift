// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `consul-resolve lock` against real agents.
@Suite struct LockCommandTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `lock runs a command with the token in its environment, and ends with its status (L21)`(dress: AgentDress)
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

    @Test func `lock waits for the holder, fails in time, and shows the holder (L21)`() async throws {
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
            #expect(status["waiters"] as? Int == 0)
            // The command receives the signal; its end releases the lock.
            tool.signal(SIGTERM)
            #expect(try await tool.end(within: .seconds(60)) == 128 + SIGTERM)
        }
        let free = try await CommandLineTool.run(["lock", "cli/held", "--try"] + http + ["--", "echo", "free"])
        #expect(free.output == "free\n", "\(free.errors)")
    }

    @Test(arguments: [["-n", "1"], ["-n", "2"]])
    func `The status of a lock or a slot shows the token and the age of its holder`(limit: [String]) async throws {
        let http = try await TestService.http()
        let key = "cli/age\(limit[1])"
        let holder = ["lock", key] + limit + http + ["--", "sh", "-c", "echo $CONSUL_LOCK_TOKEN; sleep 60"]
        try await RunningTool.with(holder) { tool in
            let token = try await tool.lines(1, within: .seconds(60))[0]
            let arguments = ["lock", key, "--status", "--format", "json"] + http
            try await eventually("the note of the holder", within: .seconds(60)) {
                let status = try await CommandLineTool.run(arguments).json()
                let holder = try #require((status["holders"] as? [[String: Any]])?.first)
                #expect((status["limit"] as? Int).map { "\($0)" } == limit[1])
                guard let age = holder["ageSeconds"] as? Double else { return false }
                #expect((0..<60).contains(age) && (holder["token"] as? UInt64).map { "\($0)" } == token)
                return true
            }
            let text = try await CommandLineTool.run(["lock", key, "--status"] + http)
            #expect(text.lines.allSatisfy { $0.count <= 80 }, "\(text.output)")
            tool.signal(SIGTERM)
            _ = try await tool.end(within: .seconds(60))
        }
    }

    @Test func `The status of a lock counts those that wait, and Consul's own commands among them`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let http = try await TestService.http()
        let holder = ["lock", "cli/waiters"] + http + ["--", "sh", "-c", "echo held; sleep 60"]
        try await RunningTool.with(holder) { holder in
            try await holder.lines(1, within: .seconds(60))
            try await RunningTool.with(["lock", "cli/waiters"] + http + ["--", "true"]) { waiter in
                try await waiter.waitForError("waiting for the lock", within: .seconds(60))
                let theirs = Task { try await agent.runConsul("lock", "-timeout=60s", "cli/waiters", "true") }
                try await eventually("both waiters", within: .seconds(60)) {
                    let arguments = ["lock", "cli/waiters", "--status", "--format", "json"] + http
                    return try await CommandLineTool.run(arguments).json()["waiters"] as? Int == 2
                }
                holder.signal(SIGTERM)
                #expect(try await waiter.end(within: .seconds(60)) == 0)
                #expect(try await theirs.value.status == 0)
            }
            _ = try await holder.end(within: .seconds(60))
        }
    }

    @Test func `A killed lock leaves no command: the command and its children end before the lock is free`()
        async throws
    {
        let http = try await TestService.http()
        // The child ignores SIGTERM, so only SIGKILL to the whole process group ends it.
        // The guardian learns of the command just after its start, which the pause leaves time for.
        let script = "(trap '' TERM; while :; do sleep 1; done) & sleep 2; echo $! $$; wait"
        let arguments =
            ["lock", "cli/killed", "--ttl", "60s"] + http + ["--", "sh", "-c", script]
        try await RunningTool.with(arguments) { tool in
            let ids = try await tool.lines(1, within: .seconds(60))[0].split(separator: " ").compactMap { Int32($0) }
            try #require(ids.count == 2)
            tool.signal(SIGKILL)
            try await eventually("the end of the command", within: .seconds(60)) { ids.allSatisfy { !isRunning($0) } }
            let status = try await CommandLineTool.run(["lock", "cli/killed", "--status", "--format", "json"] + http)
            #expect(try status.json()["held"] as? Bool == true)
        }
    }

    @Test func `The terminal's stop signal stops neither the command of a lock nor lock itself`() async throws {
        let http = try await TestService.http()
        let script = "echo $PPID; kill -TSTP $$; echo goes on; kill -TSTP $$; read -r line; echo ended"
        try await RunningTool.with(["lock", "cli/stopped"] + http + ["--", "sh", "-c", script]) { tool in
            let parent = try #require(Int32(try await tool.lines(1, within: .seconds(60))[0]))
            kill(parent, SIGTSTP)
            #expect(try await tool.lines(3, within: .seconds(60)).dropFirst() == ["goes on", "ended"])
            try await tool.waitForError("Ctrl-Z", within: .seconds(60))
            #expect(try await tool.end(within: .seconds(60)) == 0)
        }
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

    @Test func `A command whose lock is lost is stopped with its children, and the status is 75 (L21)`() async throws {
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

    // L28
    @Test(arguments: [SIGTERM, SIGINT], [AgentDress.plain, .v1_22])
    func `A signal ends the wait for a slot and the work in one, and leaves no session and no key (L28)`(
        signal: Int32,
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let key = "cli/slots-\(signal)-\(dress.version == nil ? "plain" : "new")"
        let arguments = ["lock", key, "-n", "2"] + (try await TestService.http(dress)) + ["--", "sh", "-c"]
        let work = arguments + ["echo held; while :; do sleep 0.1; done"]
        try await RunningTool.with(work) { first in
            try await RunningTool.with(work) { second in
                for holder in [first, second] { try await holder.lines(1, within: .seconds(60)) }
                try await RunningTool.with(arguments + ["echo no"]) { waiter in
                    try await waiter.waitForError("waiting for the lock", within: .seconds(60))
                    waiter.signal(signal)
                    #expect(try await waiter.end(within: .seconds(60)) == 128 + signal)
                }
                #expect(try await agent.get("/v1/kv/\(key)?keys").body.components(separatedBy: ",").count == 3)
                for holder in [first, second] {
                    holder.signal(signal)
                    #expect(try await holder.end(within: .seconds(60)) == 128 + signal)
                }
            }
        }
        #expect(try await agent.get("/v1/kv/\(key)?keys").body.components(separatedBy: ",").count == 1)
        #expect(try await !agent.get("/v1/session/list").body.contains("consul-resolve lock \(key)"))
    }

    @Test func `A command whose supervisor was stopped beyond its lease is ended when it goes on, with status 75`()
        async throws
    {
        let http = try await TestService.http()
        // The lease is the lock-delay, and the command is stopped two seconds before its end.
        let arguments = ["lock", "cli/paused", "--ttl", "10s", "--lock-delay", "6s"] + http
        let command = ["--", "sh", "-c", "echo held; while :; do sleep 0.1; done"]
        try await RunningTool.with(arguments + command) { tool in
            try await tool.lines(1, within: .seconds(60))
            tool.signal(SIGSTOP)
            try await Task.sleep(for: .seconds(7))
            tool.signal(SIGCONT)
            #expect(try await tool.end(within: .seconds(60)) == 75)
            #expect(tool.errorText.contains("could not be renewed in time"))
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
    func `lock refuses arguments that cannot work (L21)`(arguments: [String]) async throws {
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

    /// True if the process exists and is no zombie, which only waits for its parent to notice its end.
    private func isRunning(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return text.split(separator: ")").last?.split(separator: " ").first != "Z"
    }
}
