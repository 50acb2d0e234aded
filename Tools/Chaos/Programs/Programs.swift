// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver
import NIOConcurrencyHelpers
import TestSupport

/// All programs of a run, and what has to be true of them while all is calm.
struct Programs: Sendable {
    /// A fact that becomes true while all is calm.
    struct Agreement: Sendable {
        typealias Check = @Sendable (ChaosWorld) async throws -> Bool

        let subject: String
        /// The time that Consul itself may need.
        let ownTime: Duration
        /// Returns the check of one calm, which begins now.
        let begin: @Sendable () -> Check
        /// Returns what the program has instead, for the report.
        let state: @Sendable () -> String

        init(
            subject: String,
            ofWhichConsulNeeds ownTime: Duration = .zero,
            state: @escaping @Sendable () -> String = { "" },
            _ begin: @escaping @Sendable () -> Check
        ) {
            (self.subject, self.ownTime, self.state, self.begin) = (subject, ownTime, state, begin)
        }
    }

    private(set) var all: [@Sendable () async throws -> Void] = []
    private(set) var agreements: [Agreement] = []
    private var resolving: [ResolvingProgram] = []
    /// The number of programs with sessions that have not ended.
    private let holders = WatchedValue(0)

    init(_ world: ChaosWorld, _ ledger: NIOLockedValueBox<Ledger>, seed: UInt64) {
        let changes = ComingAndGoing(world: world, ledger: ledger, seed: seed)
        let configuring = ConfiguringProgram(client: world.clients[1], ledger: ledger)
        all += [changes.run, configuring.run]
        for client in world.clients { add(client, ledger) }
        for key in [LockingProgram.key, LeadingProgram.key] {
            let holds = { @Sendable in ledger.withLockedValue { $0.counts["holds of \(key)"] ?? 0 } }
            agreements.append(
                // Consul ends the session of a lost holder twice its time to live after its last renewal.
                Agreement(subject: "the next holder of \(key)", ofWhichConsulNeeds: .seconds(2)) {
                    let before = holds()
                    return { _ in holds() > before }
                }
            )
        }
    }

    private mutating func add(_ client: ChaosClient, _ ledger: NIOLockedValueBox<Ledger>) {
        for mode in [ConsulService.UpdateMode.watch, .polling] {
            let program = ResolvingProgram(name: "\(client.name) \(mode)", client: client, mode: mode, ledger: ledger)
            all.append(program.run)
            resolving.append(program)
            agreements.append(
                Agreement(
                    subject: "the endpoints of \(program.name)",
                    state: { "\(program.seen.withLockedValue { $0 })" }
                ) {
                    { world in
                        let healthy = try await world.healthyPorts(of: "web")
                        return healthy.contains(ComingAndGoing.stable) && program.seen.withLockedValue { $0 } == healthy
                    }
                }
            )
        }
        let registering = RegisteringProgram(client: client, ledger: ledger)
        let configured = ConfiguredProgram(name: client.name, client: client, ledger: ledger)
        all += [registering.run, configured.run]
        for _ in 0..<2 { addHolder(LockingProgram(client: client, ledger: ledger).run) }
        addHolder(LeadingProgram(client: client, ledger: ledger).run)
        agreements += [
            Agreement(subject: "the registration of \(registering.service)") {
                { world in try await !world.healthyPorts(of: registering.service).isEmpty }
            },
            Agreement(
                subject: "the configuration of \(client.name)",
                state: { "\(configured.seen.withLockedValue { $0 }, default: "none"), \(configured.interruption)" }
            ) {
                { world in
                    let written = try await world.value(of: "\(ConfiguringProgram.prefix)/first")
                    return written != nil && configured.seen.withLockedValue { $0 } == written
                }
            },
        ]
    }

    private mutating func addHolder(_ program: @escaping @Sendable () async throws -> Void) {
        holders.update { $0 += 1 }
        all.append { [holders] in
            defer { holders.update { $0 -= 1 } }
            try await program()
        }
    }
}

extension Programs {
    /// Registers the instance that stays, and waits until each server lists it. The programs start after that: before an
    /// endpoint is known, the first answer counts, also that of a server that is behind the leader.
    func prepare(_ world: ChaosWorld, _ ledger: NIOLockedValueBox<Ledger>) async throws {
        try await ComingAndGoing(world: world, ledger: ledger, seed: 0).prepare()
        try await eventually("the stable instance", within: .seconds(30)) {
            for server in world.cluster.servers {
                guard try await server.healthyPorts(of: "web", "stale").contains(ComingAndGoing.stable) else {
                    return false
                }
            }
            return true
        }
    }
}

extension Programs {
    /// Checks that canceled programs have destroyed their sessions when they end. Later, Consul ends all that are no longer
    /// renewed.
    func checkSessions(_ world: ChaosWorld, _ ledger: NIOLockedValueBox<Ledger>) async throws {
        try await holders.wait("the end of all holders", within: .seconds(30)) { $0 == 0 }
        let left = try await Remains(world: world).sessions()
        ledger.withLockedValue { $0.left(left, "sessions") }
    }

    /// Checks what the programs have left.
    ///
    /// - Parameter sockets: The number of sockets before the programs began; `nil` if others are open in this process.
    func checkRemains(_ world: ChaosWorld, _ ledger: NIOLockedValueBox<Ledger>, sockets: Int?) async throws {
        for program in resolving {
            let ports = try program.client.disk.ports(in: program.name)
            ledger.withLockedValue { $0.stored(ports, stable: ComingAndGoing.stable, by: program.name) }
        }
        let remains = Remains(world: world)
        let facts: [(what: String, count: @Sendable () async throws -> Int)] = [
            ("keys with a holder", remains.heldKeys),
            ("registrations", remains.registrations), ("clients and resolvers in use", remains.clients),
            ("sockets", { if let sockets { await remains.sockets(beyond: sockets) } else { 0 } }),
        ]
        for (what, count) in facts {
            try? await eventually("the end of all \(what)", within: .seconds(20)) { try await count() <= 0 }
            let left = try await count()
            ledger.withLockedValue { $0.left(left, what) }
        }
    }
}

extension ChaosWorld {
    /// Returns the ports of the instances that Consul's leader lists as passing.
    fileprivate func healthyPorts(of service: String) async throws -> Set<UInt16> {
        try await clients[1].agent.healthyPorts(of: service, "consistent")
    }

    /// Returns the number that is stored under a key.
    fileprivate func value(of key: String) async throws -> Int? {
        let reply = try await clients[1].agent.get("/v1/kv/\(key)?raw&consistent")
        return reply.isSuccess ? Int(reply.body) : nil
    }
}

extension ConsulAgent {
    /// Returns the ports of the instances that an answer of this consistency mode lists as passing.
    fileprivate func healthyPorts(of service: String, _ consistency: String) async throws -> Set<UInt16> {
        let reply = try await get("/v1/health/service/\(service)?passing&\(consistency)")
        guard reply.isSuccess else { return [] }
        return Set(try ServiceEntry.decodeList(Array(reply.body.utf8).span, fields: .standard).map(\.service.port))
    }
}
