// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("consul-resolve bench")
struct BenchTests {
    private func run(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.run(["bench"] + arguments + TestService.server())
    }

    @Test("prints the agreed JSON", arguments: ["udp", "tcp"])
    func json(transport: String) async throws {
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

    @Test("prints the same for people")
    func text() async throws {
        let outcome = try await run("cli-web", "--queries", "3")
        #expect(outcome.status == 0)
        #expect(outcome.lines.count == 3)
        #expect(outcome.lines.first?.hasPrefix("3 queries in ") == true)
        #expect(outcome.lines.first?.hasSuffix(", 0 failed") == true)
    }

    @Test("measures nothing when there is nothing to measure, and ends as a lookup would")
    func nothing() async throws {
        let empty = try await run("cli-unheard-of", "--format", "json")
        #expect(empty.status == 2)
        #expect(empty.output.isEmpty)
        let unknown = try await CommandLineTool.run(["bench", "web", "--dns-server", "127.0.0.1:1"])
        #expect(unknown.status == 3)
        #expect(unknown.output.isEmpty)
    }

    // MARK: How many are in flight

    @Test("has as many requests in flight over HTTP as it is told to", arguments: [20, 150])
    func inFlightOverHTTP(count: Int) async throws {
        let gate = Gate()
        let reply = ScriptedHTTPStep.reply(.health(HealthEntry.instances(of: "web", count: 1)))
        // The first comes before the clock starts. The others wait for each other.
        try await withScriptedHTTPServer(script: { $0.sequence == 0 ? [reply] : [.hold(gate), reply] }) { server in
            let flags = ["--via", "http", "--http-address", "127.0.0.1:\(server.port)", "--timeout", "30s"]
            let outcome = try await measure(count, flags) {
                try await eventually("\(count) requests at a time") { gate.held == count }
                gate.release()
            }
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            #expect(try outcome.json()["failures"] as? Int == 0)
        }
    }

    @Test(
        "has as many queries in flight over DNS as one socket takes, and says when that is less than it is told to",
        arguments: [("udp", 100, 100, nil), ("udp", 200, 128, "128 of 200"), ("tcp", 100, 64, "64 of 100")]
            as [(String, Int, Int, String?)]
    )
    func inFlightOverDNS(transport: String, count: Int, atATime: Int, note: String?) async throws {
        let gate = Gate()
        let script: ScriptedDNSServer.Script = { query in
            let reply = ScriptedStep.reply(.service(to: query, count: 1))
            return query.sequence == 0 ? [reply] : [.hold(gate), reply]
        }
        try await withScriptedDNSServer(script: script) { server in
            let flags = ["--transport", transport, "--dns-server", "127.0.0.1:\(server.port)", "--timeout", "30s"]
            let outcome = try await measure(count, flags) {
                try await eventually("\(atATime) queries at a time") {
                    // A query that is repeated is held once more.
                    Set(server.queries.dropFirst().map { [Int($0.id), $0.sourcePort] }).count >= atATime
                }
                gate.release()
            }
            #expect(outcome.status == 0)
            // Those that have to wait for their turn may run out of time.
            if note == nil { #expect(try outcome.json()["failures"] as? Int == 0) }
            #expect(note.map(outcome.errors.contains) ?? outcome.errors.isEmpty)
        }
    }

    /// Has so many queries asked, all of them at a time, beside the body.
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

    @Test("says when there are fewer queries than are to be in flight")
    func fewQueries() async throws {
        let outcome = try await run("cli-web", "--queries", "3", "--in-flight", "4")
        #expect(outcome.status == 0)
        #expect(outcome.errors == "consul-resolve: --in-flight 4 is more than --queries: 3 are in flight\n")
    }

    // MARK: Usage

    @Test(
        "refuses what makes no sense with 64",
        arguments: [
            (["--queries", "0"], "--queries"), (["--queries", "-5"], "--queries"),
            (["--in-flight", "0"], "--in-flight"),
            (["--transport", "auto"], "--transport must be"), (["--via", "auto"], "--via must be"),
            (["--via", "http", "--transport", "udp"], "--transport is about DNS"),
            (["--via", "http", "--transport", "tcp"], "--transport is about DNS"),
        ]
    )
    func usage(arguments: [String], reason: String) async throws {
        let outcome = try await CommandLineTool.run(["bench", "web"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(reason))
    }
}
