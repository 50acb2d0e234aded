// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Subscriptions to the events of real agents.
struct EventSubscriptionTests {
    /// W10.
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A subscriber receives the events of a name that arrive after it has subscribed, in order (W10, V6)`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let name = "subscribed"
            let old = try await consul.events.fire(name)
            try await eventually("the event to arrive") {
                try await consul.events.recent().value.contains(old)
            }
            let received = Collected(try await consul.events.subscribe(to: name))
            var fired: [ConsulEvent] = []
            for number in 0..<10 {
                fired.append(try await consul.events.fire(name, payload: Array("\(number)".utf8)))
                _ = try await consul.events.fire("other")
                // One agent keeps the order in which gossip brings events; each is awaited.
                let count = fired.count
                try await received.wait("event \(number)") { $0.events.count >= count }
            }
            #expect(received.elements.events == fired)
            #expect(received.elements.gaps == 0)
            try await received.stop()
        }
    }

    /// V6.
    @Test func `A subscriber of the buffered events receives those of its name first (V6)`() async throws {
        try await withConsulAgent { agent in
            try await withConsul(agent) { consul in
                let first = try await consul.events.fire("buffered", payload: [1])
                let other = try await consul.events.fire("other")
                try await eventually("both events to arrive") {
                    let buffer = try await consul.events.recent().value
                    return buffer.contains(first) && buffer.contains(other)
                }
                let received = Collected(try await consul.events.subscribe(to: "buffered", from: .buffered))
                try await received.wait("the first event") { $0.events == [first] }
                let second = try await consul.events.fire("buffered", payload: [2])
                try await received.wait("the second event") { $0.events == [first, second] }
                #expect(received.elements.count == 2)
                try await received.stop()
            }
        }
    }

    /// V3.
    @Test func `Two events with the same payload are two events (V3)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let received = Collected(try await consul.events.subscribe(to: "twice"))
            let (first, second) = (
                try await consul.events.fire("twice", payload: [7]), try await consul.events.fire("twice", payload: [7])
            )
            try await received.wait("both events") { Set($0.events) == [first, second] }
            #expect(first.id != second.id)
            #expect(received.elements.count == 2)
            try await received.stop()
        }
    }

    /// V7: and a subscriber of the other name shows that the event has arrived.
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Events of another name do not reach a subscriber of a name (V7)`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let mine = Collected(try await consul.events.subscribe(to: "mine"))
            let others = Collected(try await consul.events.subscribe(to: "another"))
            for number in 0..<20 { _ = try await consul.events.fire("another", payload: [UInt8(number)]) }
            try await others.wait("the other events") { $0.events.count == 20 }
            let last = try await consul.events.fire("mine")
            try await mine.wait("the own event") { $0.count == 1 }
            #expect(mine.elements.events == [last])
            try await mine.stop()
            try await others.stop()
        }
    }

    /// V5: a rare name loses its events to those of others.
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A subscriber that is behind by more events than the agent keeps is told, and receives the rest (V5)`(
        dress: AgentDress
    ) async throws {
        try await withConsulAgent(dress: dress) { agent in
            try await withConsul(agent) { consul in
                // The subscription begins now; its iterations begin late, which is the same as one that is paused.
                let (frequent, rare, all) = (
                    try await consul.events.subscribe(to: "frequent"), try await consul.events.subscribe(to: "rare"),
                    try await consul.events.subscribe(from: .buffered)
                )
                let lost = try await consul.events.fire("rare")
                try await fire(304, "frequent", at: agent, over: consul)
                let (one, two) = (Collected(frequent), Collected(rare))
                let kept = try await consul.events.recent().value
                #expect(kept.count == 256)
                #expect(!kept.contains(lost))
                try await one.wait("the rest") { $0.events.count == 256 }
                #expect(one.elements.events == kept)
                #expect(one.elements.gaps == 1)
                guard case .gap = one.elements.first else {
                    Issue.record("the gap comes before the events that follow it")
                    return
                }
                try await two.wait("the gap") { $0.gaps == 1 }
                let next = try await consul.events.fire("rare")
                try await two.wait("the next event") { $0.events == [next] }
                #expect(two.elements.count == 2)
                // A subscriber that asks for the buffer has missed no event that it asked for.
                let three = Collected(all)
                try await three.wait("the buffer") { $0.events.last == next }
                #expect(three.elements.gaps == 0)
                for collected in [one, two, three] { try await collected.stop() }
            }
        }
    }

    @Test func `A subscriber that is not behind misses none of many events of another name, and is told of no gap`()
        async throws
    {
        try await withConsulAgent { agent in
            try await withConsul(agent) { consul in
                let received = Collected(try await consul.events.subscribe(to: "rare"))
                var fired: [ConsulEvent] = []
                for _ in 0..<3 {
                    fired.append(try await consul.events.fire("rare"))
                    try await fire(200, "frequent", at: agent, over: consul)
                }
                try await received.wait("the rare events") { $0.events.count == 3 }
                #expect(received.elements.events == fired)
                #expect(received.elements.gaps == 0)
                try await received.stop()
            }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A subscriber is told that its agent was restarted, and receives the events that follow`(
        dress: AgentDress
    ) async throws {
        try await withConsulAgent(dress: dress) { agent in
            try await withConsul(agent) { consul in
                let received = Collected(try await consul.events.subscribe())
                let before = try await consul.events.fire("before")
                try await received.wait("the first event") { $0.events == [before] }
                try await agent.restart()
                try await received.wait("the gap") { $0.gaps == 1 }
                #expect(received.elements.interruptions >= 1)
                let after = try await consul.events.fire("after")
                try await received.wait("the second event") { $0.events == [before, after] }
                #expect(received.elements.gaps == 1)
                try await received.stop()
            }
        }
    }

    @Test func `All subscribers of a client share one blocking query, and a late one receives what it subscribed to`()
        async throws
    {
        let gate = Gate()
        let event = #"[{"ID":"00000000-0000-0000-0000-000000000007","Name":"shared","Payload":null}]"#
        let isFired = WatchedValue(false)
        let script: ScriptedHTTPServer.Script = { request in
            if request.parameter("index") == "7" { return .silence }
            if request.parameter("index") == "1" { return .reply(.json(event, index: 7), after: gate) }
            return [.reply(isFired.current ? .json(event, index: 7) : .json("[]", index: 1))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                var subscribers: [Collected<EventDelivery>] = []
                for name in [nil, "shared", "other"] as [String?] {
                    subscribers.append(Collected(try await consul.events.subscribe(to: name)))
                }
                let late = try await consul.events.subscribe()
                isFired.update { $0 = true }
                gate.release()
                for subscriber in subscribers[..<2] { try await subscriber.wait("the event") { $0.events.count == 1 } }
                subscribers.append(Collected(late))
                try await subscribers[3].wait("the event") { $0.events.count == 1 }
                try await server.waitForRequest { $0.parameter("index") == "7" }
                let blocking = server.requests.compactMap { $0.parameter("index") }
                #expect(blocking == ["1", "7"])
                #expect(server.requests.allSatisfy { $0.parameter("name") == nil })
                #expect(subscribers[2].elements.isEmpty)
                for subscriber in subscribers { try await subscriber.stop() }
            }
        }
    }

    /// The index of the list of events is made of the ID of the last one, and so it has no order.
    @Test func `An index that becomes smaller brings the next event without a pause or a second query`() async throws {
        let indexes: [UInt64] = [.max, 9, 1 << 63, 5, 1 << 40, 3, 2]
        let newest = WatchedValue(0)
        let script: ScriptedHTTPServer.Script = { request in
            let events = indexes.indices.map { #"{"ID":"\#($0)","Name":"n"}"# }
            let known = request.parameter("index").flatMap { UInt64($0) }.flatMap { indexes.firstIndex(of: $0) }
            let next = known.map { $0 + 1 } ?? newest.current
            guard next < indexes.count else { return .silence }
            newest.update { $0 = next }
            return [.reply(.json("[\(events[...next].joined(separator: ","))]", index: indexes[next]))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let received = Collected(try await consul.events.subscribe(from: .buffered))
                try await received.wait("all events") { $0.events.count == indexes.count }
                #expect(received.elements.events.map(\.id) == indexes.indices.map { "\($0)" })
                #expect(received.elements.gaps == 0)
                try await server.waitForRequest { $0.parameter("index") == "2" }
                #expect(server.requests.compactMap { $0.parameter("index") } == indexes.map { "\($0)" })
                try await received.stop()
            }
        }
    }

    /// The answer to a blocking query that a dead connection holds back never arrives. In half of all cases the index is
    /// smaller than the one before.
    @Test(arguments: [3, 11] as [UInt64])
    func `An event that a dead connection holds back arrives by a plain read`(index: UInt64) async throws {
        let isFired = WatchedValue(false)
        let script: ScriptedHTTPServer.Script = { request in
            if request.parameter("index") != nil { return .silence }
            let event = #"{"ID":"00000000-0000-0000-0000-000000000001","Name":"n","Payload":null}"#
            return [.reply(isFired.current ? .json("[\(event)]", index: index) : .json("[]", index: 9))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let received = Collected(try await consul.events.subscribe(to: "n"))
                try await server.waitForRequest { $0.parameter("index") == "9" }
                isFired.update { $0 = true }
                // The query itself waits for a minute.
                try await received.wait("the event", within: .seconds(40)) { $0.events.count == 1 }
                try await server.waitForRequest { $0.parameter("index") == "\(index)" }
                #expect(received.elements.gaps == 0)
                try await received.stop()
            }
        }
    }

    @Test func `A canceled subscriber ends at once, and so does one whose client is shut down`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let (canceled, other) = (
                Collected(try await consul.events.subscribe(to: "never")),
                Collected(try await consul.events.subscribe(to: "never"))
            )
            try await canceled.stop()
            await consul.shutdown()
            try await other.waitForEnd()
            await #expect(throws: ConsulHTTPError.self) { try await consul.events.subscribe() }
        }
    }

    @Test func `A subscription to an agent that does not answer fails`() async throws {
        // No process listens on the port.
        try await withConsul(port: 1, configure: { $0.requestTimeout = .milliseconds(500) }) { consul in
            let error = await #expect(throws: ConsulHTTPError.self) { try await consul.events.subscribe() }
            #expect(error?.code == .transport || error?.code == .timedOut)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Events of Consul's own command line are received, and those of this package are seen by it`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let received = Collected(try await consul.events.subscribe(to: "interop"))
            let command = try await agent.runConsul("event", "-name=interop", "-node=.*", "from the command line")
            #expect(command.status == 0)
            let delivered = try await received.wait("the event") { $0.events.count == 1 }.events
            #expect(delivered.first?.text == "from the command line")
            #expect(delivered.first?.filters == EventFilters(node: ".*"))
            #expect(command.text.contains(delivered.first?.id ?? "no event"))

            let fired = try await consul.events.fire("interop-back", payload: Array("back".utf8))
            try await eventually("the event to arrive") {
                try await consul.events.recent(named: "interop-back").value == [fired]
            }
            let seen = try await agent.runConsul("watch", "-type=event", "-name=interop-back")
            #expect(seen.text.contains(fired.id))
            #expect(seen.text.contains("YmFjaw=="))
            try await received.stop()
        }
    }

    /// Fires events and waits until the last one has arrived. The requests run in parallel.
    private func fire(_ count: Int, _ name: String, at agent: ConsulAgent, over consul: ConsulHTTPClient) async throws {
        let ids = try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    var ids: [String] = []
                    for _ in 0..<(count / 8) { ids.append(try await consul.events.fire(name).id) }
                    return ids
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        try await eventually("the events to arrive") {
            let buffer = try await consul.events.recent().value
            return buffer.count { ids.contains($0.id) } >= min(ids.count, 256)
        }
    }
}
