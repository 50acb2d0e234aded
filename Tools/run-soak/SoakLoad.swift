// SPDX-License-Identifier: Apache-2.0

import ClientSupport
import ConsulCoordination
import ConsulHTTP
import ConsulResolver
import NIOConcurrencyHelpers
import TestSupport

/// Programs that use the library while agents are restarted.
struct SoakLoad: Sendable {
    /// The name of the sessions.
    static let sessionName = "soak"
    private static let lookupTasks = 20

    let world: SoakWorld
    let options: SoakOptions
    let counts = NIOLockedValueBox<[String: Int]>([:])

    private func count(_ event: String) { counts.withLockedValue { $0[event, default: 0] += 1 } }

    /// Runs all programs until the task is canceled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, agent) in world.agents.enumerated() {
                group.addTask { try await resolve(agent) }
                group.addTask { try await coordinate(agent, number) }
            }
            group.addTask { try await change() }
            defer { group.cancelAll() }
            while let end = await group.nextResult() { if !Task.isCancelled { try end.get() } }
        }
    }

    // MARK: Resolution

    private func resolve(_ agent: ConsulAgent) async throws {
        var configuration = try ResolverConfiguration(environment: [
            "CONSUL_DNS_ADDR": "127.0.0.1:\(agent.ports.dns)", "CONSUL_HTTP_ADDR": "127.0.0.1:\(agent.ports.http)",
        ])
        configuration.http.connections.longPolls = options.watches
        try await withServiceResolver(configuration: configuration) { resolver in
            await withDiscardingTaskGroup { group in
                let services = (0..<options.watches / world.agents.count).map {
                    resolver.service("soak-\($0 % SoakWorld.services)", updating: .watch)
                }
                for service in services { group.addTask { await follow(service) } }
                for number in 0..<Self.lookupTasks { group.addTask { await look(resolver, services, number) } }
            }
        }
    }

    private func follow(_ service: ConsulService) async {
        for await update in service.updates {
            count("updates")
            if case .empty = update.outcome { count("empty updates") }
        }
    }

    /// Looks services up, and picks an endpoint each time.
    private func look(_ resolver: ServiceResolver, _ services: [ConsulService], _ number: Int) async {
        let interval = Duration.seconds(Self.lookupTasks * world.agents.count) / options.lookups
        var random = SeededGenerator(seed: UInt64(number))
        for service in services { try? await service.ready() }
        var next = ContinuousClock.now
        while !Task.isCancelled {
            let index = Int.random(in: 0..<SoakWorld.services, using: &random)
            count("lookups")
            do {
                let resolution = try await resolver.resolve("soak-\(index)")
                if resolution.endpoints.isEmpty {
                    count("failed lookups")
                    count("lookups without an endpoint")
                }
            } catch {
                if !Task.isCancelled { count("failed lookups") }
            }
            if let service = services.randomElement(using: &random) {
                count("picks")
                do { try service.pick().finish(.success) } catch { if !Task.isCancelled { count("failed picks") } }
            }
            next = max(next + interval, .now - .seconds(1))
            try? await Task.sleep(until: next, clock: .continuous)
        }
    }

    /// Changes the instances of the services.
    private func change() async throws {
        var random = SeededGenerator(seed: 1)
        while true {
            try await Task.sleep(for: .milliseconds(200))
            let index = Int.random(in: 0..<SoakWorld.services, using: &random)
            // The server is down for a moment now and then.
            do {
                if random.happens(0.5) {
                    try await world.register(index, instance: 1)
                } else {
                    try await world.server.deregister(node: "soak-node", serviceID: "soak-\(index)-1")
                }
                count("changes")
            } catch {
                try Task.checkCancellation()
            }
        }
    }

    // MARK: Coordination

    private func coordinate(_ agent: ConsulAgent, _ number: Int) async throws {
        let queries = options.locks + 100
        try await withConsul(port: agent.ports.http, configure: { $0.connections.longPolls = queries }) { consul in
            await withDiscardingTaskGroup { group in
                // Both clients want each lock.
                for index in 0..<options.locks { group.addTask { await lock(consul, index) } }
                for index in 0..<options.registrations / world.agents.count {
                    group.addTask { await register(consul, "registered-\(number)-\(index)") }
                }
            }
        }
    }

    private func lock(_ consul: ConsulHTTPClient, _ index: Int) async {
        var session = SessionOptions.withoutHealthChecks(timeToLive: .seconds(15))
        session.name = Self.sessionName
        session.lockDelay = .seconds(1)
        let key = "soak/\(index)/lock"
        while !Task.isCancelled {
            do {
                try await consul.withLock(key, LockOptions(session: session)) { lock in
                    count("holds")
                    for _ in 0..<Int.random(in: 2...10) {
                        try await Task.sleep(for: .seconds(1))
                        _ = try? await lock.commit([.set("soak/\(index)/data", Array("\(lock.fencingToken)".utf8))])
                        try lock.checkHeld()
                    }
                }
            } catch {
                guard !Task.isCancelled else { return }
                count((error as? CoordinationError)?.code == .lost ? "locks lost" : "locks that failed")
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private func register(_ consul: ConsulHTTPClient, _ name: String) async {
        var description = ServiceDescription(name: name, port: 7000, address: "127.0.0.1")
        description.checks = [.ttl(.seconds(15))]
        try? await consul.withRegistration(of: description) { registrar in
            for await _ in registrar.statuses { count("registration changes") }
        }
    }
}
