// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestBasics
import Testing

@testable import ConsulTesting

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The agent for integration tests, with the real program.
struct DevelopmentAgentTests {
    @Test(arguments: ResolverConfiguration.Strategy.allCases)
    func `Registered instances are found until they are deregistered`(
        strategy: ResolverConfiguration.Strategy
    ) async throws {
        try await withDevelopmentAgent { agent in
            let first = try await agent.register("web", port: 8080, tags: ["v2"], metadata: ["zone": "a"])
            try await agent.register("web", address: "10.0.0.2", port: 8081)
            try await agent.register("web", port: 8082, status: .critical)
            var configuration = agent.configuration
            configuration.strategy = strategy
            configuration.cache = nil
            try await withServiceResolver(configuration: configuration) { resolver in
                let both = try await resolver.resolve("web")
                #expect(Set(both.endpoints.map(\.authority)) == ["127.0.0.1:8080", "10.0.0.2:8081"])
                let tagged = try await resolver.resolve("web", tag: "v2")
                #expect(tagged.endpoints.map(\.authority) == ["127.0.0.1:8080"])
                try await agent.deregister(id: first)
                #expect(try await resolver.resolve("web").endpoints.map(\.authority) == ["10.0.0.2:8081"])
                try await agent.register("web", port: 8082, status: .passing)
                #expect(try await resolver.resolve("web").endpoints.count == 2)
                try await agent.register("web", address: "10.0.0.2", port: 8081, status: .critical)
                #expect(try await resolver.resolve("web").endpoints.map(\.authority) == ["127.0.0.1:8082"])
            }
        }
    }

    @Test func `A stopped agent has no process and its ports are free`() async throws {
        let agent = try await DevelopmentAgent.start()
        #expect(kill(agent.processID, 0) == 0)
        #expect(agent.environment["CONSUL_HTTP_ADDR"] == agent.http.description)
        await agent.stop()
        #expect(kill(agent.processID, 0) == -1)
        for port in [agent.dns.port, agent.http.port] {
            close(try PrivateSocket.bound(.stream, port: Int(port), reusing: true))
        }
        await agent.stop()
    }

    @Test func `An agent ends after its last reference is gone`() async throws {
        let id = try await DevelopmentAgent.start().processID
        try await withDeadline(.seconds(30), "the end of the process \(id)") {
            while kill(id, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    @Test func `An agent ends when the test process is killed`() async throws {
        let ended = try await #require(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
            let agent = try await DevelopmentAgent.start()
            let text = Array("\nagent \(agent.processID)\n".utf8)
            _ = write(STDOUT_FILENO, text, text.count)
            withExtendedLifetime(agent) { _ = kill(getpid(), SIGKILL) }
        }
        let lines = String(decoding: ended.standardOutputContent, as: UTF8.self).split(separator: "\n")
        let line = try #require(lines.last { $0.hasPrefix("agent ") })
        let id = try #require(Int32(line.dropFirst(6)))
        try await withDeadline(.seconds(30), "the end of the process \(id)") {
            while kill(id, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    @Test func `An agent ends when the closure throws`() async throws {
        struct Failure: Error {}
        let id = WatchedValue<Int32>(0)
        await #expect(throws: Failure.self) {
            try await withDevelopmentAgent { agent in
                id.update { $0 = agent.processID }
                throw Failure()
            }
        }
        #expect(kill(id.current, 0) == -1)
    }

    @Test func `Two agents run beside each other`() async throws {
        try await withDevelopmentAgent { first in
            try await withDevelopmentAgent(settings: #"{"datacenter": "dc2"}"#) { second in
                try await first.register("web", port: 1)
                try await withServiceResolver(configuration: second.configuration) { resolver in
                    let web = try await resolver.resolve("web")
                    let servers = try await resolver.resolve("consul", in: .datacenter("dc2"))
                    #expect(web.endpoints.isEmpty && servers.endpoints.count == 1)
                }
            }
        }
    }

    @Test func `Settings that Consul refuses are an error with Consul's words`() async throws {
        let error = await #expect(throws: DevelopmentAgentError.self) {
            try await DevelopmentAgent.start(settings: "no_such_setting = true")
        }
        #expect(error?.code == .didNotStart)
        #expect(error?.description.contains("no_such_setting") == true)
    }

    @Test func `An agent that is not ready in time is an error`() async throws {
        let error = await #expect(throws: DevelopmentAgentError.self) {
            try await DevelopmentAgent.start(within: .milliseconds(1))
        }
        #expect(error?.code == .didNotStart && error?.description.contains("not ready") == true)
    }

    // MARK: The program

    @Test func `CONSUL_BIN has precedence, and a wrong one is an error`() throws {
        #expect(try ConsulProgram.locate { ["CONSUL_BIN": "/bin/sh", "PATH": "/nowhere"][$0] } == "/bin/sh")
        let error = #expect(throws: DevelopmentAgentError.self) {
            try ConsulProgram.locate { ["CONSUL_BIN": "/nowhere/consul", "PATH": "/usr/bin"][$0] }
        }
        #expect(error?.code == .programNotFound && error?.description.contains("/nowhere/consul") == true)
    }

    @Test func `A missing program is an error that names the remedy`() throws {
        let error = #expect(throws: DevelopmentAgentError.self) {
            try ConsulProgram.locate { ["PATH": "/nowhere:/etc"][$0] }
        }
        #expect(error?.code == .programNotFound && error?.description.contains("CONSUL_BIN") == true)
        #expect(throws: DevelopmentAgentError.self) { try ConsulProgram.locate { _ in nil } }
    }
}
