// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NIOConcurrencyHelpers
import ResolutionModel
import ResolverSupport

extension NameserverPool {
    /// The result of a probe.
    enum ProbeResult: Sendable {
        /// The server responded, whatever the response.
        case answered(DNSTransport, after: Duration)
        case failed([ResolutionFailure.Attempt])
        /// The server is no longer used: the name that led to it has other addresses.
        case gone
    }

    /// Starts a task for every failing server that has none. Each event calls this under the same lock, so that a task
    /// that is about to end cannot miss a new failure.
    func lookAfterTroubled(_ state: inout State, at now: Moment) {
        guard !state.isShutDown else { return }
        for server in state.memory.troubled(at: now) where state.tasks[server] == nil {
            guard state.memory.nextProbe(of: server, at: now) != nil else { continue }
            state.tasks[server] = Task { await self.lookAfter(server) }
        }
    }

    /// Probes a server after each pause, until it is good again or resolutions have stopped.
    private func lookAfter(_ server: Nameserver) async {
        while let due = nextProbe(of: server) {
            do {
                if due > time.now() { try await time.sleep(due) }
                guard begin(server) else { continue }
                try await carryOut(server)
            } catch {
                break
            }
        }
    }

    private func nextProbe(of server: Nameserver) -> Moment? {
        let now = time.now()
        return state.withLockedValue { state in
            let due = state.isShutDown ? nil : state.memory.nextProbe(of: server, at: now)
            if due == nil { state.tasks[server] = nil }
            return due
        }
    }

    private func begin(_ server: Nameserver) -> Bool {
        let now = time.now()
        return state.withLockedValue { $0.memory.beginProbe(of: server, at: now) }
    }

    private func carryOut(_ server: Nameserver) async throws {
        let start = time.now()
        let result = try await probe(server)
        note { memory, chance, now in
            switch result {
            case .answered(let transport, let elapsed):
                memory.answeredProbe(server, over: transport, after: elapsed, chance: chance, at: now)
            case .failed(let attempts):
                // Every server can answer a probe, so silence counts as much as a refused connection.
                let failure = NameserverFailure(server: server, kind: .unreachable, start: start, attempts: attempts)
                memory.failed(failure, chance: chance, at: now)
            case .gone:
                memory.forget(server)
            }
        }
    }

    /// Ends all tasks without waiting for them.
    func close() {
        let tasks = end()
        for task in tasks { task.cancel() }
    }

    /// Ends all tasks and returns when they are done.
    func shutdown() async {
        let tasks = end()
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private func end() -> [Task<Void, Never>] {
        state.withLockedValue { state in
            state.isShutDown = true
            return Array(state.tasks.values)
        }
    }
}
