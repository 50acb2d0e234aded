// SPDX-License-Identifier: Apache-2.0

import Foundation
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

    @Test(
        "refuses what makes no sense with 64",
        arguments: [
            ["--queries", "0"], ["--queries", "-5"], ["--in-flight", "0"], ["--transport", "auto"], ["--via", "auto"],
        ]
    )
    func usage(arguments: [String]) async throws {
        #expect(try await CommandLineTool.run(["bench", "web"] + arguments).status == 64)
    }
}
