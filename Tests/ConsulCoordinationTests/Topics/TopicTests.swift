// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import ConsulCoordination

/// Topics in the key/value store of real agents.
struct TopicTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A subscriber receives messages in the order of their positions`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "topics/ordered-\(dress)".replacing(" ", with: "-"))
            #expect(try await topic.publish(Array("before".utf8)) == 1)
            let (new, all) = (
                Collected(try await topic.subscribe()), Collected(try await topic.subscribe(from: .beginning))
            )
            for number in 2...25 as ClosedRange<UInt64> {
                #expect(try await topic.publish(Array("\(number)".utf8), id: "id-\(number)") == number)
            }
            try await new.wait("the messages") { $0.messages.count == 24 }
            #expect(new.elements.messages.map(\.sequence) == Array(2...25))
            #expect(new.elements.messages.map(\.text) == (2...25).map { "\($0)" })
            #expect(new.elements.messages.map(\.id) == (2...25).map { "id-\($0)" })
            #expect(new.elements.count == 24)
            try await all.wait("all messages") { $0.messages.count == 25 }
            #expect(all.elements.messages.map(\.sequence) == Array(1...25))
            try await new.stop()
            try await all.stop()
        }
    }

    @Test func `A subscriber that came before the topic receives its first message`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "topics/awaited")
            let received = Collected(try await topic.subscribe())
            try await topic.publish([1])
            try await received.wait("the message") { $0.messages.map(\.payload) == [[1]] }
            try await received.stop()
        }
    }

    @Test func `Messages that are published together have successive positions, or are not published at all`()
        async throws
    {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "topics/together")
            #expect(try await topic.publish(contentsOf: (0..<32).map { [$0] }) == 1...32)
            #expect(try await topic.publish([0]) == 33)
            let large = [UInt8](repeating: 7, count: Topic.payloadLimit - 100)
            #expect(try await topic.publish(large) == 34)
            for invalid in [[], (0..<33).map { [$0] }, [[UInt8](repeating: 0, count: 150_000), large]] as [[[UInt8]]] {
                let error = await #expect(throws: CoordinationError.self) {
                    try await topic.publish(contentsOf: invalid)
                }
                #expect(error?.code == .invalidArgument)
            }
            let received = Collected(try await topic.subscribe(from: .at(30)))
            try await received.wait("the messages") { $0.messages.count == 5 }
            #expect(received.elements.messages.last?.payload == large)
            try await received.stop()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22], [1, 2] as [UInt64])
    func `Eight concurrent publishers of two processes lose no message, and all readers see one order`(
        dress: AgentDress,
        seed: UInt64
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let name = "topics/concurrent-\(seed)-\(dress)".replacing(" ", with: "-")
            // Each object stands for a process: publishers of different objects do not take turns.
            let topics = [try Topic(consul, name), try Topic(consul, name)]
            let readers = [
                Collected(try await topics[0].subscribe()), Collected(try await topics[1].subscribe(from: .beginning)),
            ]
            let published = try await withThrowingTaskGroup { group in
                for publisher in 0..<8 as Range<UInt64> {
                    group.addTask {
                        var random = SeededGenerator(seed: seed * 8 + publisher)
                        var published: [UInt64: String] = [:]
                        for number in 0..<15 {
                            let id = "\(publisher)-\(number)"
                            let topic = topics[random.happens(0.5) ? 0 : 1]
                            published[try await topic.publish([UInt8](repeating: 0, count: number), id: id)] = id
                            if random.happens(0.2) { try await Task.sleep(for: .milliseconds(3)) }
                        }
                        return published
                    }
                }
                return try await group.reduce(into: [UInt64: String]()) { $0.merge($1) { first, _ in first } }
            }
            #expect(Set(published.keys) == Set(1...120))
            for reader in readers {
                try await reader.wait("all messages") { $0.count == 120 }
                #expect(reader.elements.messages.map(\.id) == (1...120).map { published[$0] })
                try await reader.stop()
            }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A topic keeps as many messages as its retention says, and tells readers that come late`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let name = "topics/kept-\(dress)".replacing(" ", with: "-")
            let topic = try Topic(consul, name, retention: TopicRetention(count: 5))
            let late = try await topic.subscribe()
            for number in 1...20 as ClosedRange<UInt8> { try await topic.publish([number]) }
            #expect(try await consul.keyValues.entry("\(name)/messages/00000000000000000015").value == nil)
            #expect(try await consul.keyValues.entry("\(name)/messages/00000000000000000016").value != nil)
            let received = Collected(late)
            try await received.wait("the rest") { $0.messages.count == 5 }
            #expect(received.elements.gaps == [1..<16])
            #expect(received.elements.messages.map(\.sequence) == Array(16...20))
            try await received.stop()
        }
    }

    @Test func `A publisher deletes messages beyond their age, by its own clock`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let time = NIOLockedValueBox<Int64>(1_700_000_000)
            let topic = try Topic(
                consul,
                "topics/aged",
                retention: TopicRetention(count: 1000, age: .seconds(160)),
                clock: { time.withLockedValue { $0 } }
            )
            for _ in 0..<30 {
                try await topic.publish([])
                time.withLockedValue { $0 += 10 }
            }
            let received = Collected(try await topic.subscribe(from: .beginning))
            try await received.wait("the messages") { $0.messages.last?.sequence == 30 }
            let ages = received.elements.messages.map { Duration.seconds(1_700_000_290) - $0.published }
            #expect(ages == stride(from: 160, through: 0, by: -10).map { Duration.seconds($0) })
            try await received.stop()
        }
    }

    @Test func `A topic that was deleted and created again is a gap, and is read from its beginning`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "topics/replaced")
            for number in 1...3 as ClosedRange<UInt8> { try await topic.publish([number]) }
            let received = Collected(try await topic.subscribe(from: .beginning))
            try await received.wait("the messages") { $0.messages.count == 3 }
            _ = try await consul.keyValues.commit([.deleteAll(under: "topics/replaced/")])
            // The publisher knows the head of the deleted topic.
            #expect(try await topic.publish([9]) == 1)
            try await received.wait("the new message") { $0.messages.last?.payload == [9] }
            #expect(received.elements.gaps == [nil])
            #expect(received.elements.count == 5)
            try await received.stop()
        }
    }

    @Test func `A message that another program has deleted is a gap, and does not stop the reader`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "topics/deleted")
            for number in 1...5 as ClosedRange<UInt8> { try await topic.publish([number]) }
            let key = "topics/deleted/messages/0000000000000000000"
            _ = try await consul.keyValues.commit([.delete("\(key)2"), .set("\(key)4", [1, 2, 3])])
            let received = Collected(try await topic.subscribe(from: .beginning))
            try await received.wait("the messages") { $0.count == 5 }
            #expect(received.elements.messages.map(\.sequence) == [1, 3, 5])
            #expect(received.elements.gaps == [2..<3, 4..<5])
            try await received.stop()
        }
    }

    @Test func `A key of another program is left alone`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            _ = try await consul.keyValues.commit([.set("topics/foreign/head", [1])])
            let topic = try Topic(consul, "topics/foreign")
            for attempt in [
                { try await topic.publish([]) }, { _ = try await topic.subscribe() },
                { _ = try await topic.consumer("me") },
            ] as [@Sendable () async throws -> Void] {
                let error = await #expect(throws: CoordinationError.self) { try await attempt() }
                #expect(error?.code == .conflict)
            }
            #expect(try await consul.keyValues.entry("topics/foreign/head").value?.value == [1])
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A publisher without the permission fails, and does not try again and again`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let token = try await agent.createToken(rules: #"key_prefix "topics/" { policy = "read" }"#)
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token.secret) }) { consul in
            let topic = try Topic(consul, "topics/denied")
            try await withDeadline(.seconds(30)) {
                let error = await #expect(throws: (any Error).self) { try await topic.publish([]) }
                let isDenied = (error as? ConsulHTTPError)?.code == .denied
                #expect(isDenied || (error as? CoordinationError)?.code == .refused)
            }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A reader without the permission for messages is interrupted, and takes none of them for missing`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let token = try await agent.createToken(rules: #"key "secret/topic/head" { policy = "read" }"#)
        let master = { @Sendable (configuration: inout ConsulHTTPClient.Configuration) in
            configuration.token = .value(ConsulAgent.masterToken)
        }
        try await withConsul(port: agent.ports.http, configure: master) { owner in
            let topic = try Topic(owner, "secret/topic")
            for number in 1...3 as ClosedRange<UInt8> { try await topic.publish([number]) }
        }
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token.secret) }) { consul in
            let received = Collected(try await Topic(consul, "secret/topic").subscribe(from: .beginning))
            try await received.wait("two interruptions") { $0.count == 2 }
            #expect(received.elements.interruptions.map(\.code) == [.denied, .denied])
            try await agent.setRules(#"key_prefix "secret/" { policy = "read" }"#, of: token)
            try await received.wait("the messages") { $0.messages.count == 3 }
            #expect(received.elements.gaps.isEmpty)
            try await received.stop()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A topic and its subscribers survive the restart of the only server`(dress: AgentDress) async throws {
        try await withConsulAgent(mode: .server(expecting: 1), dress: dress) { agent in
            try await withConsul(agent) { consul in
                let topic = try Topic(consul, "topics/restarted")
                try await topic.publish([1])
                let consumer = try await topic.consumer("survivor")
                let received = Collected(try await topic.subscribe(from: .beginning))
                let first = try await received.wait("the first message") { $0.messages.count == 1 }.messages[0]
                try await consumer.acknowledge(first)
                try await agent.restart()
                #expect(try await topic.publish([2]) == 2)
                try await received.wait("the second message") { $0.messages.count == 2 }
                #expect(received.elements.messages.map(\.sequence) == [1, 2])
                #expect(received.elements.gaps.isEmpty)
                let again = Collected(try await Topic(consul, topic.name).consumer("survivor").messages)
                try await again.wait("the second message") { $0.messages.map(\.sequence) == [2] }
                try await received.stop()
                try await again.stop()
            }
        }
    }

    @Test(arguments: ["", "/a", "a//b", "a/"])
    func `A topic needs a name that is a key`(name: String) async throws {
        try await withConsul(port: 1) { consul in
            let error = #expect(throws: CoordinationError.self) { try Topic(consul, name) }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test func `A canceled subscriber ends at once, and so does one whose client is shut down`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let topic = try Topic(consul, "topics/canceled")
            let (canceled, other) = (Collected(try await topic.subscribe()), Collected(try await topic.subscribe()))
            try await canceled.stop()
            await consul.shutdown()
            try await other.waitForEnd()
        }
    }

    @Test func `Idle subscribers of a topic share one blocking query`() async throws {
        let script: ScriptedHTTPServer.Script = { request in
            if request.parameter("index") != nil { return .silence }
            return [.reply(ConsulReply(404).header("X-Consul-Index", "5"))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let topic = try Topic(consul, "topics/idle")
                let first = Collected(try await topic.subscribe())
                try await server.waitForRequest { $0.parameter("index") == "5" }
                let second = Collected(try await topic.subscribe())
                // The read of the second subscription is the last request.
                #expect(server.requests.count { $0.parameter("index") != nil } == 1)
                try await first.stop()
                try await second.stop()
            }
        }
    }
}

extension [TopicDelivery] {
    /// The delivered messages.
    var messages: [TopicMessage] {
        compactMap { if case .message(let message) = $0 { message } else { nil } }
    }

    /// The errors of the interruptions.
    var interruptions: [ConsulHTTPError] {
        compactMap { if case .interrupted(let error) = $0 { error } else { nil } }
    }

    /// The gaps.
    var gaps: [Range<UInt64>?] {
        compactMap { if case .gap(let missing) = $0 { .some(missing) } else { nil } }
    }
}
