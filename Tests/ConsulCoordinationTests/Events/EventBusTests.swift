// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Events that are fired at real agents, and the agent's buffer.
struct EventBusTests {
    /// V1.
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A fired event is the last one in the agent's buffer, and its ID makes the index (V1)`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let payload: [UInt8] = [0, 255, 10]
            let name = "fired/as \(dress)"
            let fired = try await consul.events.fire(name, payload: payload)
            #expect(fired.name == name)
            #expect(fired.payload == payload)
            try await eventually("the event to arrive") {
                let recent = try await consul.events.recent(named: name)
                return recent.value == [fired] && recent.metadata.index == fired.index
            }
        }
    }

    /// V2.
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An agent's buffer is read by name (V2)`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let events = consul.events
            let (one, other) = (try await events.fire("named-one"), try await events.fire("named-other"))
            try await eventually("both events to arrive") {
                let all = try await events.recent().value
                return all.contains(one) && all.contains(other)
            }
            #expect(try await events.recent(named: "named-one").value.allSatisfy { $0.name == "named-one" })
            #expect(try await events.recent(named: "named-none").value.isEmpty)
        }
    }

    /// V2: filters act when an event arrives at an agent, so an event that passes none is in no buffer.
    @Test func `Each agent takes the events whose filters match its node, its services and their tags (V2)`()
        async throws
    {
        try await withConsulCluster { cluster in
            let (first, second) = (cluster.servers[0], cluster.servers[1])
            try await first.registerLocally(ServiceRegistration("web", address: "127.0.0.1", port: 80, tags: ["blue"]))
            try await withConsul(first) { one in
                try await withConsul(second) { two in
                    let events = one.events
                    let node = try await events.fire("filtered", filters: EventFilters(node: "^n2$"))
                    let service = try await events.fire("filtered", filters: EventFilters(service: "^web$"))
                    let tag = try await events.fire("filtered", filters: EventFilters(service: "web", tag: "blue"))
                    let none = try await events.fire("filtered", filters: EventFilters(service: "web", tag: "green"))
                    #expect(none.filters == EventFilters(service: "web", tag: "green"))
                    // Gossip keeps no order, so the sets are awaited.
                    try await eventually("the events to arrive") {
                        let here = try await Set(one.events.recent().value)
                        let there = try await Set(two.events.recent().value)
                        return here == [service, tag] && there == [node]
                    }
                    let last = try await events.fire("unfiltered")
                    try await eventually("the last event to arrive") {
                        try await two.events.recent().value.contains(last)
                    }
                    #expect(try await Set(two.events.recent().value) == [node, last])
                }
            }
        }
    }

    /// V4.
    @Test func `An event that some version of Consul would refuse is refused before it is sent (V4)`() async throws {
        try await withScriptedHTTPServer(script: { _ in [.reply(.json("{}"))] }) { server in
            try await withConsul(port: server.port) { consul in
                let large = [UInt8](repeating: 1, count: 301)
                let filters = EventFilters(tag: "blue")
                for attempt in [
                    { try await consul.events.fire("large", payload: large) },
                    { try await consul.events.fire("") },
                    { try await consul.events.fire("filtered", filters: filters) },
                ] as [@Sendable () async throws -> ConsulEvent] {
                    let error = await #expect(throws: CoordinationError.self) { try await attempt() }
                    #expect(error?.code == .invalidArgument)
                }
                #expect(server.requests.isEmpty)
            }
        }
    }

    /// V4.
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A payload of 300 bytes is fired, and a larger one if it is allowed and the agent takes it (V4)`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            _ = try await consul.events.fire("size", payload: [UInt8](repeating: 1, count: 300))
            let generous = EventBus(consul, payloadLimit: 1000)
            let larger = [UInt8](repeating: 1, count: 400)
            if agent.version < ConsulVersion(1, 22) {
                let fired = try await generous.fire("size", payload: larger)
                #expect(fired.payload == larger)
            } else {
                let error = await #expect(throws: ConsulHTTPError.self) {
                    try await generous.fire("size", payload: larger)
                }
                #expect(error?.status == 413)
            }
            let tooLarge = await #expect(throws: ConsulHTTPError.self) {
                try await generous.fire("size", payload: [UInt8](repeating: 1, count: 600))
            }
            #expect(tooLarge?.isRetryable == false)
        }
    }

    @Test func `An event is sent with the length of its payload, without which Consul ignores it`() async throws {
        let answer = ConsulReply.json(#"{"ID":"a","Name":"sized","Payload":null}"#)
        try await withScriptedHTTPServer(script: { _ in [.reply(answer)] }) { server in
            try await withConsul(port: server.port) { consul in
                _ = try await consul.events.fire("sized", payload: [1, 2, 3], datacenter: "dc9")
                _ = try await consul.events.fire("sized")
                #expect(server.requests.map { $0.header("Content-Length") } == ["3", "0"])
                #expect(server.requests[0].parameter("dc") == "dc9")
            }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A token without the permission is told so when it fires, and reads nothing`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let token = try await agent.createToken(rules: #"event "allowed" { policy = "write" }"#)
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token.secret) }) { consul in
            let allowed = try await consul.events.fire("allowed")
            let error = await #expect(throws: ConsulHTTPError.self) { try await consul.events.fire("denied") }
            #expect(error?.code == .denied)
            try await eventually("the event to arrive") { try await consul.events.recent().value.contains(allowed) }
        }
    }
}

extension ConsulEvent {
    /// The index that Consul makes of an ID: the two halves of the UUID, combined by exclusive or.
    var index: UInt64? {
        let digits = id.filter { $0 != "-" }
        guard let first = UInt64(digits.prefix(16), radix: 16), let second = UInt64(digits.suffix(16), radix: 16) else {
            return nil
        }
        return first ^ second
    }
}
