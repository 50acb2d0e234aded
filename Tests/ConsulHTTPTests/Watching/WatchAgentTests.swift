// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

/// Watches of a real agent, in real time.
@Suite(.serialized)
struct WatchAgentTests {
    /// Runs a test with a hub, and shuts it down afterwards.
    private func withHub(_ body: (WatchHub) async throws -> Void) async throws {
        let hub = WatchHub()
        try await use(hub, in: body) { hub in
            try await withDeadline(.seconds(30), "the hub to shut down") { await hub.shutdown() }
        }
    }

    @Test func `All subscribers receive a change in the catalog from one shared query`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let read = PlainHealthRead(agent: agent, service: "watched")
        try await withHub { hub in
            let watch = hub.watch("watched", policy: WatchPolicy(wait: .seconds(10))) { try await read.read($0) }
            let readers = (0..<3).map { _ in WatchReader(watch) }
            for reader in readers { #expect(try await reader.waitForUpdates(1).value == []) }
            try await read.asked.wait("a blocking query", within: .seconds(20)) { $0.count >= 2 }

            try await agent.register(ServiceRegistration("watched", id: "watched-1"), node: "watched-node")
            for reader in readers {
                try await reader.waitForUpdate("the instance") { $0.value == ["watched-1"] }
            }
            try await agent.deregister(node: "watched-node")
            for reader in readers {
                try await reader.waitForUpdates(3)
                #expect(reader.updates.map(\.value) == [[], ["watched-1"], []])
            }
            // Unrelated writes may end a blocking query for a missing service, but each wake-up is one query for all
            // three watches.
            #expect(read.asked.current.prefix(2).map { $0 == nil } == [true, false])
            #expect(hub.loopCount == 1)
        }
    }

    @Test func `A watch reports an agent that dies, and one that restarts without data`() async throws {
        try await withConsulAgent { agent in
            let read = PlainHealthRead(agent: agent, service: "web")
            for id in ["web-1", "web-2"] { try await agent.register(ServiceRegistration("web", id: id)) }
            try await withHub { hub in
                let policy = WatchPolicy(wait: .seconds(2), maximumBackoff: .milliseconds(500))
                let reader = WatchReader(hub.watch("web", policy: policy) { try await read.read($0) })
                #expect(try await reader.waitForUpdates(1).value == ["web-1", "web-2"])

                try await agent.kill()
                let interrupted = try await reader.waitForUpdates(2)
                #expect(interrupted.interruption != nil)
                #expect(interrupted.value == ["web-1", "web-2"])

                try await agent.restart()
                try await reader.waitForUpdate("the end of the interruption") {
                    $0.value == [] && $0.interruption == nil
                }
                try await agent.register(ServiceRegistration("web", id: "web-3"))
                try await reader.waitForUpdate("the new instance") { $0.value == ["web-3"] }
            }
        }
    }

    @Test func `An index from the future hides a change from a watch for at most one wait`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let read = PlainHealthRead(agent: agent, service: "future")
        try await withHub { hub in
            // As if a snapshot had been restored right after the first answer.
            let watch = hub.watch("future", policy: WatchPolicy(wait: .seconds(1))) { parameters in
                var answer = try await read.read(parameters)
                if parameters == nil, read.asked.current.count == 1 { answer.metadata.index = 1 << 40 }
                return answer
            }
            let reader = WatchReader(watch)
            try await reader.waitForUpdates(1)
            try await agent.register(ServiceRegistration("future", id: "future-1"), node: "future-node")
            #expect(try await reader.waitForUpdates(2).value == ["future-1"])
            try await read.asked.wait("another blocking query", within: .seconds(20)) { $0.count >= 4 }
            let asked = read.asked.current.prefix(4).map { $0?.index ?? 0 }
            #expect(asked[1] == 1 << 40 && asked[2] == 0 && asked[3] < 1 << 40)
            try await agent.deregister(node: "future-node")
        }
    }
}
