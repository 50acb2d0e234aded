// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// Carries out the faults of a plan.
struct Storm: Sendable {
    let world: ChaosWorld
    /// Called with each step as it begins.
    let observe: @Sendable (FaultPlan.Step) -> Void

    /// Makes one fault after the other until a time is over. No fault is in effect when this returns.
    func rage(_ plan: inout FaultPlan, until end: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < end {
            let step = plan.next()
            observe(step)
            try await begin(step.fault)
            let lifted: Void?
            do {
                try await Task.sleep(until: min(.now + step.duration, end), clock: .continuous)
                lifted = ()
            } catch {
                lifted = nil
            }
            // A fault never outlives its storm, even one that is canceled.
            try await Task { try await self.end(step.fault) }.value
            if lifted == nil { throw CancellationError() }
        }
    }

    private func begin(_ fault: FaultPlan.Fault) async throws {
        switch fault {
        case .http(let client, let mode): try await world.clients[client].http.set(mode)
        case .datagrams(let client, let faults):
            try await world.clients[client].dns.update { ($0.queries, $0.replies) = (faults, faults) }
        case .streams(let client, let faults): try await world.clients[client].dns.update { $0.streams = faults }
        case .resets(let client): await world.clients[client].dns.resetConnections()
        case .cut(let client):
            try await world.clients[client].http.set(.silent)
            try await world.clients[client].dns.update { faults in
                faults.queries.isBlackHole = true
                faults.streams.isBlackHole = true
            }
        case .killedServer(let server): try await world.cluster.servers[server].kill()
        case .frozenServer(let server): try await world.cluster.servers[server].pause()
        case .frozenAgent: try await world.clients[0].agent.pause()
        case .killedAgent: try await world.clients[0].agent.kill()
        case .partition(let server): try await Partition(server: server).begin()
        case .rollingRestart: for server in world.cluster.servers { try await server.restart() }
        case .rotatedToken(let client, let isLate): if isLate { try await world.clients[client].token.revoke() }
        case .hiddenService:
            try await world.clients[0].setDefaultToken(world.blindToken)
            try await world.clients[0].http.set(.refusing)
        case .clockJump(let client, let time): world.clients[client].clock.jump(by: time)
        case .brokenDisk(let client): try world.clients[client].disk.fail()
        }
    }

    private func end(_ fault: FaultPlan.Fault) async throws {
        switch fault {
        case .http(let client, _): try await world.clients[client].http.set(.open)
        case .datagrams(let client, _), .streams(let client, _):
            try await world.clients[client].dns.update { $0 = FaultProxy.Faults() }
        case .resets, .rollingRestart, .clockJump: break
        case .cut(let client):
            try await world.clients[client].http.set(.open)
            try await world.clients[client].dns.update { $0 = FaultProxy.Faults() }
        case .killedServer(let server): try await world.cluster.servers[server].restart()
        case .frozenServer(let server): try world.cluster.servers[server].resume()
        case .frozenAgent: try world.clients[0].agent.resume()
        case .killedAgent: try await world.clients[0].agent.restart()
        case .partition(let server): try await Partition(server: server).end()
        case .rotatedToken(let client, let isLate):
            let old = try await world.clients[client].token.issue()
            if !isLate { try await world.clients[client].token.revoke(old) }
        case .hiddenService:
            try await world.clients[0].http.set(.open)
            try await world.clients[0].setDefaultToken("")
        case .brokenDisk(let client): try world.clients[client].disk.recover()
        }
    }
}
