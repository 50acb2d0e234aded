// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Logging
import ServiceLifecycle
import TestSupport
import Testing

/// The shutdown of a registration, against real agents.
@Suite(.timeLimit(.minutes(3)))
struct ServiceShutdownTests {
    private static let dresses: [AgentDress] = [.plain, .v1_22]

    private func service(_ name: String) -> ServiceDescription {
        var service = ServiceDescription(name: name, port: 8080, address: "10.20.30.41")
        service.checks = [.ttl(.seconds(3))]
        return service
    }

    @Test(arguments: dresses, [true, false])
    func `Callers see an instance leave before it drains, and it is deregistered after that (A13)`(
        dress: AgentDress,
        hasTTLCheck: Bool
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            var service = service("leaving-\(dress.version ?? "")-\(hasTTLCheck)")
            if !hasTTLCheck { service.checks = [] }
            // A follower: a watch, which is no faster than any other.
            let followed = WatchedValue<[[HealthStatus]]>([])
            let following = Task { [service] in
                for try await update in consul.watchServiceHealth(ServiceHealthRequest(service.name)) {
                    guard let entries = update.value else { continue }
                    followed.update { $0.append(entries.map(\.aggregatedStatus)) }
                }
            }
            let isSeenInDrain = WatchedValue<(status: HealthStatus?, isRegistered: Bool, followed: [HealthStatus]?)?>(
                nil
            )
            var configuration = quick
            configuration.followersDelay = .seconds(1)
            configuration.drain = { [service] in
                let status = try? await consul.status(of: service)
                let isRegistered = (try? await consul.agentService(service.id)) != nil
                isSeenInDrain.update { $0 = (status, isRegistered, followed.current.last) }
            }
            let registrar = try ServiceRegistrar(consul, service, configuration: configuration)
            let running = Task { try await registrar.run() }
            try await consul.wait(for: .passing, of: service)
            try await followed.wait("the instance", within: .seconds(30)) { $0.last == [.passing] }
            await registrar.shutdown()
            try await running.value(within: .seconds(30))
            let seen = try #require(isSeenInDrain.current)
            #expect(seen.status == .maintenance)
            #expect(seen.isRegistered)
            #expect(seen.followed == [.maintenance])
            #expect(try await consul.agentService(service.id) == nil)
            #expect(registrar.status.phase == .ended)
            // Repeated.
            await registrar.shutdown()
            try await consul.deregisterService(service.id)
            following.cancel()
        }
    }

    @Test func `In a cluster, other servers list an instance as out of use before it drains (A13)`() async throws {
        let followers = try await SharedConsulAgents.shared.cluster().followers()
        try await withConsul(followers[0]) { consul in
            try await withConsul(followers[1]) { other in
                let service = service("clustered")
                let seen = WatchedValue<HealthStatus?>(nil)
                var configuration = quick
                configuration.followersDelay = .zero
                // Read as callers do, by the default consistency.
                configuration.drain = { [service] in
                    let entries = try? await other.serviceHealth(ServiceHealthRequest(service.name)).value
                    seen.update { $0 = entries?.first?.aggregatedStatus }
                }
                let registrar = try ServiceRegistrar(consul, service, configuration: configuration)
                let running = Task { try await registrar.run() }
                try await other.wait(for: .passing, of: service)
                await registrar.shutdown()
                try await running.value(within: .seconds(30))
                #expect(seen.current == .maintenance)
                try await eventually("the other server to list no instance") {
                    try await other.status(of: service) == nil
                }
            }
        }
    }

    @Test(arguments: dresses)
    func `A canceled registrar shuts down in order as well`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let service = service("canceled-\(dress.version ?? "")")
            let drained = WatchedValue<Bool?>(nil)
            var configuration = quick
            configuration.drain = { drained.update { $0 = Task.isCancelled } }
            let registrar = try ServiceRegistrar(consul, service, configuration: configuration)
            let running = Task { try await registrar.run() }
            try await consul.wait(for: .passing, of: service)
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value(within: .seconds(30)) }
            #expect(drained.current == false)
            #expect(try await consul.agentService(service.id) == nil)
        }
    }

    @Test func `Cancellation during the shutdown does not cut it short`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let service = service("impatient")
            let (isDraining, mayEnd) = (WatchedValue(false), WatchedValue(false))
            var configuration = quick
            configuration.drain = {
                isDraining.update { $0 = true }
                _ = try? await mayEnd.wait { $0 }
            }
            let registrar = try ServiceRegistrar(consul, service, configuration: configuration)
            let running = Task { try await registrar.run() }
            try await consul.wait(for: .passing, of: service)
            let stopping = Task { await registrar.shutdown() }
            try await isDraining.wait("the drain", within: .seconds(30)) { $0 }
            running.cancel()
            #expect(try await consul.agentService(service.id) != nil)
            mayEnd.update { $0 = true }
            await #expect(throws: CancellationError.self) { try await running.value(within: .seconds(30)) }
            await stopping.value
            #expect(try await consul.agentService(service.id) == nil)
        }
    }

    @Test func `A drain that never ends is cut off so that the service is deregistered in time`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let service = service("undrained")
            let isOver = WatchedValue(false)
            var configuration = quick
            configuration.shutdownTimeout = .seconds(4)
            configuration.drain = { await Task { _ = try? await isOver.wait { $0 } }.value }
            let registrar = try ServiceRegistrar(consul, service, configuration: configuration)
            let running = Task { try await registrar.run() }
            try await consul.wait(for: .passing, of: service)
            await registrar.shutdown()
            try await running.value(within: .seconds(30))
            #expect(try await consul.agentService(service.id) == nil)
            isOver.update { $0 = true }
        }
    }

    @Test(arguments: [true, false])
    func `A shutdown without an agent drains and ends`(isPaused: Bool) async throws {
        let agent = try await ConsulAgent.start()
        try await withConsul(agent) { consul in
            let service = service("abandoned")
            let isDrained = WatchedValue(false)
            let (logger, lines) = RecordingLog.make()
            var configuration = quick
            configuration.shutdownTimeout = .seconds(3)
            configuration.drain = { isDrained.update { $0 = true } }
            let registrar = try ServiceRegistrar(consul, service, configuration: configuration, logger: logger)
            let running = Task { try await registrar.run() }
            try await consul.wait(for: .passing, of: service)
            if isPaused { try await agent.pause() } else { try await agent.kill() }
            await registrar.shutdown()
            try await running.value(within: .seconds(30))
            #expect(isDrained.current)
            #expect(lines.current.last?.level == .warning)
            if isPaused { try agent.resume() }
        }
        try await agent.stop()
    }

    @Test func `A service that another process has registered anew outlives the shutdown of the old one`() async throws
    {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let service = service("inherited")
            let old = try ServiceRegistrar(consul, service, configuration: quick)
            let new = try ServiceRegistrar(consul, service, configuration: quick)
            try await withRunning(new) {
                try await withRunning(old) {
                    try await old.wait(for: "the old one") { $0.phase == .registered }
                    try await consul.registerService(service, incarnation: new.incarnation)
                }
                #expect(try await consul.agentService(service.id)?.meta["incarnation"] == new.incarnation)
                #expect(try await consul.status(of: service) != .maintenance)
            }
        }
    }

    @Test func `Graceful shutdown of a service group deregisters while an earlier service still runs`() async throws {
        struct Server: Service {
            let isStopped: WatchedValue<Bool>
            func run() async throws {
                try? await gracefulShutdown()
                isStopped.update { $0 = true }
            }
        }
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let service = service("grouped")
            let isStopped = WatchedValue(false)
            let isStoppedInDrain = WatchedValue<Bool?>(nil)
            var configuration = quick
            configuration.drain = { isStoppedInDrain.update { $0 = isStopped.current } }
            let registrar = try ServiceRegistrar(consul, service, configuration: configuration)
            let group = ServiceGroup(
                services: [Server(isStopped: isStopped), registrar],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let running = Task { try await group.run() }
            try await consul.wait(for: .passing, of: service)
            await group.triggerGracefulShutdown()
            try await running.value(within: .seconds(30))
            #expect(isStoppedInDrain.current == false)
            #expect(isStopped.current)
            #expect(try await consul.agentService(service.id) == nil)
        }
    }

    @Test func `A scope registers for the time of its closure, also if the closure throws or ends at once`()
        async throws
    {
        struct Failure: Error {}
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let service = service("scoped")
            let result = try await consul.withRegistration(of: service, configuration: quick) { registrar in
                try await registrar.wait(for: "the registration") { $0.phase == .registered }
                #expect(try await consul.agentService(service.id) != nil)
                return 7
            }
            #expect(result == 7)
            #expect(try await consul.agentService(service.id) == nil)
            await #expect(throws: Failure.self) {
                try await consul.withRegistration(of: service, configuration: quick) { registrar in
                    try await registrar.wait(for: "the registration") { $0.phase == .registered }
                    throw Failure()
                }
            }
            #expect(try await consul.agentService(service.id) == nil)
            for _ in 0..<20 {
                try await consul.withRegistration(of: service, configuration: quick) { _ in }
            }
            #expect(try await consul.agentService(service.id) == nil)
        }
    }

    @Test func `A registration under way when shutdown begins is awaited, and none follows it`() async throws {
        let gate = Gate()
        let server = try await ScriptedHTTPServer.start { request in
            switch request.path {
            case "/v1/agent/service/register": .reply(ConsulReply(200), after: gate)
            case _ where request.path.hasPrefix("/v1/agent/service/deregister/"): [.reply(ConsulReply(200))]
            case _ where request.path.hasPrefix("/v1/agent/service/maintenance/"): [.reply(ConsulReply(200))]
            case _ where request.path.hasPrefix("/v1/health/"): [.reply(.json("[]"))]
            case _ where request.path.hasPrefix("/v1/agent/service/"): [.reply(.denied)]
            default: [.reply(ConsulReply.failure(404, "Unknown check"))]
            }
        }
        try await withConsul(port: server.port) { consul in
            let registrar = try ServiceRegistrar(consul, service("raced"), configuration: quick)
            let running = Task { try await registrar.run() }
            try await server.waitForRequest("the registration") { $0.path == "/v1/agent/service/register" }
            let stopping = Task { await registrar.shutdown() }
            running.cancel()
            gate.release()
            _ = try? await running.value(within: .seconds(30))
            await stopping.value
            let paths = server.requests.map(\.path)
            #expect(paths.first == "/v1/agent/service/register")
            #expect(paths.count { $0 == "/v1/agent/service/register" } == 1)
            #expect(paths.last == "/v1/agent/service/deregister/raced-10.20.30.41-8080")
        }
        await server.stop()
    }

    @Test func `A registrar runs once`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let registrar = try ServiceRegistrar(consul, service("once"), configuration: quick)
            try await withRunning(registrar) {
                try await registrar.wait(for: "the registration") { $0.phase == .registered }
                await #expect(throws: CoordinationError.self) { try await registrar.run() }
            }
            await #expect(throws: CoordinationError.self) { try await registrar.run() }
        }
    }
}
