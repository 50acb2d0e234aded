// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import NIOConcurrencyHelpers
import TestSupport
import Testing

/// Topics behind a relay that loses requests, answers and connections.
struct TopicOutageTests {
    private static let timeout = Duration.seconds(1)

    /// The agent is stopped while the request is on its way, and its answer is dropped.
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A message whose answer is lost after Consul has applied it is published once`(dress: AgentDress) async throws
    {
        try await withConsulAgent(dress: dress) { agent in
            try await withByteRelay(upstreamPort: agent.ports.http) { relay in
                try await withConsul(port: relay.port, configure: { $0.requestTimeout = Self.timeout }) { consul in
                    let topic = try Topic(consul, "outage/answer")
                    try await topic.publish([0])
                    var losses = 0
                    // The request may reach the relay too late. Then it is lost, too, and tried again.
                    for number in 2...11 as ClosedRange<UInt64> where losses == 0 {
                        try await agent.pause()
                        async let published = topic.publish([1], id: "message-\(number)")
                        try await Task.sleep(for: .milliseconds(200))
                        try await relay.set(.silent)
                        try agent.resume()
                        let key = "/v1/kv/outage/answer/messages/000000000000000000\(number < 10 ? "0" : "")\(number)"
                        for _ in 0..<20 where losses == 0 {
                            if try await agent.get(key).isSuccess { losses += 1 }
                            try await Task.sleep(for: .milliseconds(20))
                        }
                        try await relay.set(.open)
                        #expect(try await published == number)
                    }
                    #expect(losses == 1)
                    let last = try await topic.publish([2], id: "last")
                    let received = Collected(try await topic.subscribe(from: .beginning))
                    try await received.wait("the messages") { $0.messages.last?.id == "last" }
                    #expect(received.elements.messages.map(\.sequence) == Array(1...last))
                    #expect(Set(received.elements.messages.map(\.id)).count == Int(last))
                    try await received.stop()
                }
            }
        }
    }

    @Test func `A publication during an outage fails in bounded time, and succeeds when it is repeated`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withByteRelay(upstreamPort: agent.ports.http) { relay in
            try await withConsul(port: relay.port, configure: { $0.requestTimeout = .milliseconds(300) }) { consul in
                let topic = try Topic(consul, "outage/repeated")
                try await topic.publish([1], id: "first")
                try await relay.set(.refusing)
                try await withDeadline(.seconds(40)) {
                    let error = await #expect(throws: ConsulHTTPError.self) {
                        try await topic.publish([2], id: "second")
                    }
                    #expect(error?.code == .transport || error?.code == .timedOut)
                }
                try await relay.set(.open)
                #expect(try await topic.publish([2], id: "second") == 2)
            }
        }
    }

    /// Publishers repeat what failed, with the same ID.
    @Test(arguments: [(AgentDress.plain, 1 as UInt64), (.v1_22, 2)])
    func `No message is lost on a network that comes and goes, and duplicates have one ID`(
        dress: AgentDress,
        seed: UInt64
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withByteRelay(upstreamPort: agent.ports.http) { relay in
            try await withConsul(port: relay.port, configure: { $0.requestTimeout = Self.timeout }) { consul in
                let name = "outage/flapping-\(seed)"
                let topic = try Topic(consul, name)
                let consumer = try await topic.consumer("reader")
                let received = Collected(try consumer.messages) { delivery in
                    guard case .message(let message) = delivery else { return }
                    try await Self.repeating { try await consumer.acknowledge(message) }
                }
                let flapping = Task {
                    var random = SeededGenerator(seed: seed)
                    while !Task.isCancelled {
                        let mode = [ByteRelay.Mode.refusing, .silent][random.happens(0.5) ? 0 : 1]
                        try await relay.set(mode)
                        try await Task.sleep(for: .milliseconds(Int.random(in: 5...40, using: &random)))
                        try await relay.set(.open)
                        try await Task.sleep(for: .milliseconds(Int.random(in: 20...150, using: &random)))
                    }
                }
                try await withThrowingTaskGroup { group in
                    for publisher in 0..<4 {
                        group.addTask {
                            for number in 0..<10 {
                                try await Self.repeating { try await topic.publish([], id: "\(publisher)-\(number)") }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                flapping.cancel()
                _ = await flapping.result
                try await relay.set(.open)
                let last = try await topic.publish([], id: "last")
                try await received.wait("the last message", within: .seconds(60)) { $0.messages.last?.id == "last" }
                let messages = received.elements.messages
                #expect(messages.map(\.sequence) == Array(1...last))
                #expect(received.elements.gaps.isEmpty)
                #expect(Set(messages.map(\.id)).count == 41)
                try await received.stop()
                // All messages were acknowledged, whatever happened to the answers.
                try await topic.publish([], id: "more")
                let rest = Collected(try await Topic(consul, name).consumer("reader").messages)
                try await rest.wait("the one message more") { $0.messages.map(\.id) == ["more"] }
                try await rest.stop()
            }
        }
    }

    private static func repeating(_ body: () async throws -> Void) async throws {
        while true {
            do { return try await body() } catch is ConsulHTTPError {
                try Task.checkCancellation()
            }
        }
    }
}
