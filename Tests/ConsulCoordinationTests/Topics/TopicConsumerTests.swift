// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Consumers whose positions are stored.
struct TopicConsumerTests {
    private struct Crash: Error {}

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A consumer that crashes between a message and its acknowledgment receives the message again`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "consumed/crash-\(dress)".replacing(" ", with: "-"))
            for number in 1...5 as ClosedRange<UInt8> { try await topic.publish([number]) }
            let first = try await topic.consumer("worker")
            let crashed = Collected(try first.messages) { delivery in
                guard case .message(let message) = delivery else { return }
                if message.sequence == 3 { throw Crash() }
                try await first.acknowledge(message)
            }
            try await crashed.waitForEnd()
            #expect(crashed.elements.messages.map(\.sequence) == [1, 2])

            let second = try await Topic(consul, topic.name).consumer("worker")
            let received = Collected(try second.messages)
            try await received.wait("the rest") { $0.messages.count == 3 }
            #expect(received.elements.messages.map(\.sequence) == [3, 4, 5])
            try await received.stop()
        }
    }

    @Test func `Two consumers receive every message, each at its own pace`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "consumed/two")
            let (slow, fast) = (try await topic.consumer("slow"), try await topic.consumer("fast"))
            for number in 1...30 as ClosedRange<UInt8> { try await topic.publish([number]) }
            let one = Collected(try fast.messages) { delivery in
                if case .message(let message) = delivery { try await fast.acknowledge(message) }
            }
            try await one.wait("all messages") { $0.count == 30 }
            let two = Collected(try slow.messages)
            try await two.wait("all messages") { $0.count == 30 }
            #expect(one.elements.messages == two.elements.messages)
            try await one.stop()
            try await two.stop()
            // The one has acknowledged, the other has not.
            try await topic.publish([31])
            let (again, more) = (
                Collected(try await topic.consumer("slow").messages),
                Collected(try await topic.consumer("fast").messages)
            )
            try await again.wait("all messages") { $0.count == 31 }
            try await more.wait("the last message") { $0.messages.map(\.sequence) == [31] }
            try await again.stop()
            try await more.stop()
        }
    }

    @Test func `A consumer that begins at the end misses no message from then on, even if it never ran`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "consumed/end")
            try await topic.publish([1])
            _ = try await topic.consumer("late", from: .end)
            try await topic.publish([2])
            let received = Collected(try await topic.consumer("late", from: .end).messages)
            try await received.wait("the message") { $0.messages.map(\.payload) == [[2]] }
            try await received.stop()
        }
    }

    @Test func `An acknowledgment never moves a position back, not even that of another consumer of the name`()
        async throws
    {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "consumed/forward")
            for number in 1...4 as ClosedRange<UInt8> { try await topic.publish([number]) }
            let (first, second) = (try await topic.consumer("both"), try await topic.consumer("both"))
            let received = Collected(try first.messages)
            let messages = try await received.wait("the messages") { $0.count == 4 }.messages
            try await received.stop()
            try await second.acknowledge(messages[2])
            try await first.acknowledge(messages[0])
            try await first.acknowledge(messages[2])
            let rest = Collected(try await topic.consumer("both").messages)
            try await rest.wait("the rest") { $0.messages.map(\.sequence) == [4] }
            // The stale consumer has learned the position, too.
            let own = Collected(try first.messages)
            try await own.wait("the rest") { $0.messages.map(\.sequence) == [4] }
            try await rest.stop()
            try await own.stop()
        }
    }

    @Test func `A consumer older than the retention is told what it has missed`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "consumed/old", retention: TopicRetention(count: 3))
            try await topic.publish([1])
            let consumer = try await topic.consumer("old")
            for number in 2...10 as ClosedRange<UInt8> { try await topic.publish([number]) }
            let received = Collected(try consumer.messages)
            try await received.wait("the rest") { $0.messages.count == 3 }
            #expect(received.elements.gaps == [1..<8])
            try await received.stop()
        }
    }

    @Test(arguments: ["", "a/b"])
    func `A consumer needs a name without slashes`(name: String) async throws {
        try await withConsul(port: 1) { consul in
            let topic = try Topic(consul, "consumed/name")
            let error = await #expect(throws: CoordinationError.self) { try await topic.consumer(name) }
            #expect(error?.code == .invalidArgument)
        }
    }
}
