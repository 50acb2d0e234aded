// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

struct BenchTests {
    private func run(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.run(["bench"] + arguments + TestService.server())
    }

    @Test(arguments: ["udp", "tcp"])
    func `The bench command prints the agreed JSON`(transport: String) async throws {
        let outcome = try await run(
            "cli-web",
            "--queries",
            "25",
            "--in-flight",
            "4",
            "--transport",
            transport,
            "--format",
            "json"
        )
        let json = try outcome.json()
        #expect(outcome.status == 0)
        #expect(
            Set(json.keys) == [
                "queries", "failures", "seconds", "queriesPerSecond", "latencyMicroseconds", "cpuMicrosecondsPerQuery",
                "endpointsPerAnswer",
            ]
        )
        #expect(json["queries"] as? Int == 25 && json["failures"] as? Int == 0)
        #expect(json["endpointsPerAnswer"] as? Double == 2)
        #expect(json["seconds"] is Double && json["queriesPerSecond"] is Int)
        #expect(json["cpuMicrosecondsPerQuery"] is Double)
        let latency = try #require(json["latencyMicroseconds"] as? [String: Double])
        #expect(Set(latency.keys) == ["p50", "p99", "max"])
        #expect(try #require(latency["p50"]) <= #require(latency["p99"]))
        #expect(try #require(latency["p99"]) <= #require(latency["max"]))
    }

    @Test func `The bench command prints the same figures as text`() async throws {
        let outcome = try await run("cli-web", "--queries", "3")
        #expect(outcome.status == 0)
        #expect(outcome.lines.count == 3)
        #expect(outcome.lines.first?.hasPrefix("3 queries in ") == true)
        #expect(outcome.lines.first?.hasSuffix(", 0 failed") == true)
    }

    @Test
    func `A bench of a service without endpoints measures nothing and exits as a lookup does`() async throws {
        let empty = try await run("cli-unheard-of", "--format", "json")
        #expect(empty.status == 2)
        #expect(empty.output.isEmpty)
        let unknown = try await CommandLineTool.run(["bench", "web", "--dns-server", "127.0.0.1:1"])
        #expect(unknown.status == 3)
        #expect(unknown.output.isEmpty)
    }

    // MARK: How many are in flight

    @Test(arguments: [20, 150])
    func `The bench command keeps the given number of HTTP requests in flight`(count: Int) async throws {
        let gate = Gate()
        let reply = ScriptedHTTPStep.reply(.health(HealthEntry.instances(of: "web", count: 1)))
        // The first request precedes the clock. The others wait for each other.
        try await withScriptedHTTPServer(script: { $0.sequence == 0 ? [reply] : [.hold(gate), reply] }) { server in
            let flags = ["--via", "http", "--http-address", "127.0.0.1:\(server.port)", "--timeout", "300s"]
            let outcome = try await measure(count, flags) {
                // Requests that wait for more than a second have hedges beside them.
                try await eventually("\(count) requests at a time", within: .seconds(120)) { gate.held >= count }
                gate.release()
            }
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            #expect(try outcome.json()["failures"] as? Int == 0)
        }
    }

    @Test(
        arguments: [("udp", 100, 100, nil), ("udp", 200, 128, "128 of 200"), ("tcp", 100, 64, "64 of 100")]
            as [(String, Int, Int, String?)]
    )
    func `The bench command has as many DNS queries in flight as a socket allows, and reports a lower limit`(
        transport: String,
        count: Int,
        atATime: Int,
        note: String?
    ) async throws {
        let gate = Gate()
        let script: ScriptedDNSServer.Script = { query in
            let reply = ScriptedStep.reply(.service(to: query, count: 1))
            return query.sequence == 0 ? [reply] : [.hold(gate), reply]
        }
        try await withScriptedDNSServer(script: script) { server in
            let flags = ["--transport", transport, "--dns-server", "127.0.0.1:\(server.port)", "--timeout", "300s"]
            let outcome = try await measure(count, flags) {
                try await eventually("\(atATime) queries at a time", within: .seconds(120)) {
                    // A retransmitted query is held once more.
                    Set(server.queries.dropFirst().map { [Int($0.id), $0.sourcePort] }).count >= atATime
                }
                // Longer than a try of a lookup: the limit of a bench is its timeout.
                try await Task.sleep(for: .milliseconds(1500))
                gate.release()
            }
            #expect(outcome.status == 0, "\(outcome.errors)")
            // Queries that wait in the queue may time out.
            if note == nil { #expect(try outcome.json()["failures"] as? Int == 0) }
            #expect(note.map(outcome.errors.contains) ?? outcome.errors.isEmpty)
        }
    }

    /// Runs `bench` with all of its queries in flight, beside the body.
    private func measure(
        _ count: Int,
        _ flags: [String],
        _ body: () async throws -> Void
    ) async throws -> CommandLineTool.Outcome {
        let count = ["--queries", "\(count)", "--in-flight", "\(count)", "--format", "json"]
        async let outcome = CommandLineTool.run(["bench", "web"] + count + flags)
        try await body()
        return try await outcome
    }

    @Test
    func `The bench command reports a number of queries below the number in flight`() async throws {
        let outcome = try await run("cli-web", "--queries", "3", "--in-flight", "4")
        #expect(outcome.status == 0)
        #expect(outcome.errors == "consul-resolve: --in-flight 4 is more than --queries: 3 are in flight\n")
    }

    // MARK: Usage

    @Test(
        arguments: [
            (["--queries", "0"], "--queries"), (["--queries", "-5"], "--queries"),
            (["--in-flight", "0"], "--in-flight"),
            (["--transport", "auto"], "--transport must be"), (["--via", "auto"], "--via must be"),
            (["--via", "http", "--transport", "udp"], "--transport is for DNS"),
            (["--via", "http", "--transport", "tcp"], "--transport is for DNS"),
        ]
    )
    func `The bench command rejects invalid arguments with status 64`(arguments: [String], reason: String) async throws
    {
        let outcome = try await CommandLineTool.run(["bench", "web"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(reason))
    }
}
