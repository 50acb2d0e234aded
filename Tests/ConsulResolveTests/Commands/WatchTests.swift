// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// One test at a time: a timeout on a busy machine would add a line of output.
@Suite(.serialized)
struct WatchTests {
    /// Returns an agent of the tests' own, and the flags to reach it. Every test has a service of its own.
    private func agent(_ dress: AgentDress = .plain) async throws -> (agent: ConsulAgent, flags: [String]) {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let flags = [
            "--dns-server", "127.0.0.1:\(agent.ports.dns)", "--http-address", "127.0.0.1:\(agent.ports.http)",
        ]
        return (agent, flags)
    }

    private func register(_ name: String, _ number: Int, _ agent: ConsulAgent, weight: Int? = nil) async throws {
        try await agent.register(
            ServiceRegistration(name, address: "10.7.0.\(number)", port: 80, passingWeight: weight),
            node: "\(name)-\(number)"
        )
    }

    /// Returns the first line that meets a condition. On a busy machine a query may time out, which adds a line.
    private func line(of tool: RunningTool, where condition: (String) -> Bool) async throws -> String {
        var count = 1
        while true {
            let last = try await tool.lines(count)[count - 1]
            if condition(last) { return last }
            count += 1
        }
    }

    /// Returns the lines without the leading time.
    private func changes(_ lines: [String]) -> [Substring] {
        lines.map { $0.drop { $0 != " " }.dropFirst() }
    }

    @Test(
        arguments: ["auto", "dns", "http"],
        AgentDress.allCases
    )
    func `A watch prints the agreed JSON for the first set and for each change`(via: String, dress: AgentDress)
        async throws
    {
        let (agent, flags) = try await agent(dress)
        let name = "watch-json-\(via)"
        try await register(name, 1, agent)
        try await RunningTool.with(["watch", name, "--via", via, "--format", "json"] + flags) { tool in
            let first = try await line(of: tool) { $0.contains("10.7.0.1") }
            try await register(name, 2, agent)
            let second = try await line(of: tool) { $0.contains("10.7.0.2") && !$0.contains(#""stale":true"#) }
            let order = #/^\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","outcome":"endpoints","reason":null,/#
            #expect(first.firstMatch(of: order) != nil)
            let json = try #require(try JSONSerialization.jsonObject(with: Data(second.utf8)) as? [String: Any])
            #expect(
                Set(json.keys) == [
                    "time", "outcome", "reason", "source", "complete", "stale", "endpoints", "error", "ageSeconds",
                    "held", "unusable",
                ]
            )
            // TCP answers if a datagram was too late.
            let source = try #require(json["source"] as? String)
            #expect((via == "dns" ? ["dns-udp", "dns-tcp"] : ["http"]).contains(source))
            #expect(json["complete"] as? Bool == true && json["stale"] as? Bool == false)
            #expect(json["ageSeconds"] is Double && json["held"] is NSNull && json["unusable"] as? Int == 0)
            let endpoints = try #require(json["endpoints"] as? [[String: Any]])
            #expect(Set(endpoints.compactMap { $0["address"] as? String }) == ["10.7.0.1", "10.7.0.2"])
        }
    }

    @Test(arguments: AgentDress.allCases)
    func `A watch prints changes where there is no terminal`(dress: AgentDress) async throws {
        let (agent, flags) = try await agent(dress)
        try await register("watch-changes", 1, agent)
        try await RunningTool.with(["watch", "watch-changes"] + flags) { tool in
            try await tool.lines(1)
            try await register("watch-changes", 2, agent)
            try await tool.lines(2)
            try await register("watch-changes", 2, agent, weight: 9)
            try await tool.lines(3)
            try await agent.deregister(node: "watch-changes-1")
            try await tool.lines(4)
            try await agent.deregister(node: "watch-changes-2")
            let lines = try await tool.lines(5)
            #expect(
                changes(lines) == [
                    "+ 10.7.0.1:80", "+ 10.7.0.2:80", "~ 10.7.0.2:80", "- 10.7.0.1:80", "- 10.7.0.2:80",
                ]
            )
            try await tool.waitForError("no healthy instance of watch-changes (noSuchService)")
        }
    }

    @Test func `A watch in plain format prints the whole set after each change`() async throws {
        let (agent, flags) = try await agent()
        try await register("watch-plain", 1, agent)
        try await RunningTool.with(["watch", "watch-plain", "--format", "plain"] + flags) { tool in
            try await tool.lines(2)
            try await agent.deregister(node: "watch-plain-1")
            #expect(try await tool.lines(3) == ["10.7.0.1:80", "", ""])
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `A watch exits with 0 at a signal, whatever it has found`(number: Int32) async throws {
        let (_, flags) = try await agent()
        try await RunningTool.with(["watch", "watch-nobody", "--format", "json"] + flags) { tool in
            let first = try await tool.lines(1)[0]
            #expect(first.contains(#""outcome":"empty","reason":"noSuchService""#))
            tool.signal(number)
            #expect(try await tool.end() == 0)
            #expect(tool.errorText.isEmpty)
        }
    }

    @Test(
        arguments: [SIGINT, SIGTERM],
        ["json", "plain"]
    )
    func `A watch exits with 0 at the first signal, although its output is blocked`(number: Int32, format: String)
        async throws
    {
        // More than a pipe holds, in one set or after some changes.
        let script: ScriptedHTTPServer.Script = { request in
            let entries = HealthEntry.instances(of: "web", count: 4000 + request.sequence % 2)
            return [.reply(.health(entries, index: UInt64(10 + request.sequence)))]
        }
        try await withScriptedHTTPServer(script: script) { http in
            let flags = ["--via", "http", "--http-address", "127.0.0.1:\(http.port)", "--format", format]
            // With one thread for all tasks, the blocked write leaves no thread for others.
            for threads in [[:], ["LIBDISPATCH_COOPERATIVE_POOL_STRICT": "1"]] {
                let arguments = ["watch", "web", "--timeout", "20s"] + flags
                try await RunningTool.with(arguments, environment: threads, isRead: false) { tool in
                    try await tool.waitUntilBlocked()
                    tool.signal(number)
                    #expect(try await tool.end() == 0)
                }
            }
        }
    }

    @Test(arguments: ["auto", "dns"])
    func `A watch exits with 0 when its reader is gone, although nothing changes`(via: String) async throws {
        let (agent, flags) = try await agent()
        try await register("watch-abandoned", 1, agent)
        try await RunningTool.with(["watch", "watch-abandoned", "--via", via] + flags) { tool in
            try await tool.lines(1)
            tool.stopReading()
            #expect(try await tool.end() == 0)
            #expect(tool.errorText.isEmpty)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A watch keeps its endpoints while Consul is away, and reports that`(dress: AgentDress) async throws {
        try await withConsulAgent(dress: dress) { agent in
            try await agent.register(ServiceRegistration("web", address: "10.7.0.1", port: 80))
            let flags = ["--via", "http", "--http-address", "127.0.0.1:\(agent.ports.http)"]
            try await RunningTool.with(["watch", "web"] + flags) { tool in
                try await tool.lines(1)
                try await agent.kill()
                try await tool.waitForError("Consul does not answer about web now; its last answer is kept (")
                #expect(tool.errorText.contains(" s old)\n"))
                #expect(try await tool.lines(1).count == 1)
            }
        }
    }

    @Test func `A watch prints an answer of Consul that is not confirmed`() async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 1))] }) { dns in
            let flags = ["--via", "dns", "--dns-server", "127.0.0.1:\(dns.port)"]
            try await RunningTool.with(["watch", "web", "--format", "json"] + flags) { json in
                try await RunningTool.with(["watch", "web"] + flags) { lines in
                    try await json.lines(1)
                    try await lines.lines(1)
                    dns.setScript { [.reply(.nothing(to: $0, code: .nameError))] }
                    var count = 2
                    var line = try await json.lines(count)[count - 1]
                    while !line.contains(#""held":{"reason":null}"#) {
                        // On a busy machine a query may time out. An answer with the endpoint ends that state.
                        let isStale = line.contains(#""stale":true"#)
                        dns.setScript {
                            [.reply(isStale ? .service(to: $0, count: 1) : .nothing(to: $0, code: .nameError))]
                        }
                        count += 1
                        line = try await json.lines(count)[count - 1]
                    }
                    #expect(line.contains(#""stale":true"#))
                    dns.setScript { [.reply(.nothing(to: $0, code: .nameError))] }
                    try await lines.waitForError("there is nothing of web, which is not confirmed; its previous answer")
                }
            }
        }
    }

    @Test(
        arguments: [("watch-count", Int32(0)), ("watch-nobody", 2)]
    )
    func `A watch ends after the given number of sets with the status of a lookup`(name: String, status: Int32)
        async throws
    {
        let (agent, flags) = try await agent()
        try await register("watch-count", 1, agent)
        let outcome = try await CommandLineTool.run(["watch", name, "--count", "1", "--format", "json"] + flags)
        #expect(outcome.status == status)
        #expect(outcome.lines.count == 1)
    }

    @Test
    func `A watch goes on without Consul, and exits with 3 if that is its last state`() async throws {
        let outcome = try await CommandLineTool.run(["watch", "web", "--count", "1", "--format", "json"])
        #expect(outcome.status == 3)
        #expect(try outcome.json()["outcome"] as? String == "unknown")
        let plain = try await CommandLineTool.run(["watch", "web", "--count", "1", "--format", "plain"])
        #expect(plain.output.isEmpty)
        #expect(plain.errors.hasPrefix("consul-resolve: cannot look up web: "))
    }

    @Test
    func `A watch draws a table on a capable terminal, and prints changes on others`() async throws {
        let (agent, flags) = try await agent()
        try await register("watch-terminal", 1, agent)
        let arguments = ["watch", "watch-terminal", "--count", "1"] + flags
        let live = try await CommandLineTool.runOnTerminal(arguments, environment: ["TERM": "xterm"])
        #expect(live.lines.first == "\u{1B}[1mwatch-terminal\u{1B}[0m")
        #expect(live.lines.contains { $0.contains("ENDPOINT") } && live.lines.last == "press Ctrl-C to stop")
        let dumb = try await CommandLineTool.runOnTerminal(arguments, environment: ["TERM": "dumb"])
        #expect(changes(dumb.lines) == ["+ 10.7.0.1:80"])
    }

    @Test(
        arguments: [
            ["a.b", "--via", "dns"], ["web", "--count", "0"], ["web", "--format", "xml"], [""], [],
            ["web", "--http-address", "nonsense://"],
        ]
    )
    func `The watch command rejects invalid arguments with status 64`(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.run(["watch"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
    }
}
