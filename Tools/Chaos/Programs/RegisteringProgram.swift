// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import NIOConcurrencyHelpers
import TestSupport

/// Instances of the service `web` that come and go at the agents themselves, so that the time of each departure is known.
struct ComingAndGoing: Sendable {
    let world: ChaosWorld
    let ledger: NIOLockedValueBox<Ledger>
    let seed: UInt64

    /// The instance that stays: no set is empty for a good reason.
    static let stable: UInt16 = 9000

    /// Registers the instance that stays.
    func prepare() async throws {
        ledger.withLockedValue { $0.registers(Self.stable) }
        try await register(Self.stable, at: world.clients[1].agent)
    }

    func run() async throws {
        var random = SeededGenerator(seed: seed)
        while true {
            let port = UInt16.random(in: 9001...9004, using: &random)
            // The agent of the other client is killed and suspended: the departure would be uncertain.
            let agent = world.clients[1].agent
            ledger.withLockedValue { $0.registers(port) }
            try await register(port, at: agent)
            try await pause(.milliseconds(Int.random(in: 300...3000, using: &random)))
            try await insist("the end of instance \(port)") {
                try await agent.deregisterLocally(serviceID: "web-\(port)")
            }
            ledger.withLockedValue { $0.deregistered(port, at: .now) }
            try await pause(.milliseconds(Int.random(in: 100...1000, using: &random)))
        }
    }

    private func register(_ port: UInt16, at agent: ConsulAgent) async throws {
        let instance = ServiceRegistration("web", id: "web-\(port)", address: "127.0.0.1", port: Int(port))
        try await insist("instance \(port)") { try await agent.registerLocally(instance) }
    }

    /// Repeats a request until the agent carries it out: while servers restart, it may not know the anonymous token.
    private func insist(_ what: String, _ request: @escaping @Sendable () async throws -> Void) async throws {
        try await eventually(what, within: .seconds(60)) { (try? await request()) != nil }
    }

    /// Waits, and for the end of the calm: while all is calm, nothing changes, and watchers can agree.
    private func pause(_ time: Duration) async throws {
        try await Task.sleep(for: time)
        while ledger.withLockedValue({ $0.calmSince != nil }) { try await Task.sleep(for: .milliseconds(20)) }
    }
}

/// A program that keeps itself registered, through a network that fails.
struct RegisteringProgram: Sendable {
    let client: ChaosClient
    let ledger: NIOLockedValueBox<Ledger>

    var service: String { Self.service(of: client) }

    static func service(of client: ChaosClient) -> String { "service-of-\(client.name)" }

    func run() async throws {
        var description = ServiceDescription(name: service, port: 7000, address: "127.0.0.1")
        description.checks = [.ttl(.seconds(3))]
        try await client.withConsul { consul in
            try await consul.withRegistration(of: description) { registrar in
                for await status in registrar.statuses {
                    ledger.withLockedValue { $0.count("registration \(status.phase)") }
                }
                try Task.checkCancellation()
            }
        }
    }
}
