// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

/// Carries out the actions of ``RegistrationUpkeep`` and ``RegistrationWithdrawal``.
extension ServiceRegistrar {
    /// Keeps the service registered until the task is canceled.
    ///
    /// - Returns: The last state.
    func keep() async -> RegistrationUpkeep {
        var upkeep = RegistrationUpkeep(
            timing: .init(timeToLive: service.timeToLive, presenceInterval: configuration.presenceInterval),
            hasHeartbeat: service.timeToLive != nil
        )
        var action = upkeep.first
        while action != .end {
            let event = Task.isCancelled ? .shutdownBegan : await perform(action)
            action = upkeep.handle(event, at: .now, chance: .random(in: 0...1))
        }
        return upkeep
    }

    private func perform(_ action: RegistrationUpkeep.Action) async -> RegistrationUpkeep.Event {
        let sent = Moment.now
        do {
            switch action {
            case .register:
                try await uninterrupted { [self] in try await requests.register { self.maintenance } }
                return noted(.registered)
            case .heartbeat:
                let health = await probe?.health(within: (service.timeToLive ?? .zero) / 6) ?? .passing
                // The closure may have been canceled, and its result may say so.
                if Task.isCancelled { return .shutdownBegan }
                let isKnown = try await uninterrupted { [requests] in try await requests.heartbeat(health) }
                return noted(isKnown ? .heartbeatAccepted(sent: sent) : .heartbeatRefused)
            case .checkPresence:
                let isOurs = try await uninterrupted { [requests] in try await requests.presence() }
                return noted(isOurs.map { .present(isOurs: $0) } ?? .absent)
            case .searchDuplicates:
                return .searched(isConclusive: await searchDuplicates())
            case .wait(let end):
                try? await TimeSource.continuous.sleep(end)
                return await requests.isTokenReplaced() ? .tokenReplaced : .woken
            case .end:
                return .shutdownBegan
            }
        } catch {
            return noted(.failed(RegistrationUpkeep.Failure(error)), error)
        }
    }

    /// Runs a request that the end of the upkeep does not interrupt: one that is abandoned may arrive after the
    /// deregistration. It has a time limit of its own.
    private func uninterrupted<Output: Sendable>(
        _ request: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        try await Task { try await request() }.value
    }

    /// Publishes and logs an event.
    private func noted(_ event: RegistrationUpkeep.Event, _ error: (any Error)? = nil) -> RegistrationUpkeep.Event {
        let before = broadcast.update { status in
            status.problem = error.map { "\($0)" }
            switch event {
            case .registered, .present(isOurs: true), .heartbeatAccepted: status.phase = .registered
            case .present(isOurs: false): status.phase = .superseded
            case .absent: status.phase = .registering
            default: break
            }
        }
        log.note(event, error, before: before)
        return event
    }

    /// - Returns: True if the catalog lists the service.
    private func searchDuplicates() async -> Bool {
        // Any server's view will do; the search must not add to the work of the leader.
        let entries = try? await requests.entries(.stale)
        let nodes = entries.flatMap { DuplicateSearch.nodes(withAddressOf: incarnation, among: $0) }
        guard let nodes else { return false }
        let before = broadcast.update { $0.duplicates = nodes }
        if nodes != before.duplicates { log.duplicates(nodes) }
        return true
    }

    // MARK: Shutdown

    /// Withdraws and deregisters the service.
    ///
    /// - Parameters:
    ///   - upkeep: The last state of the upkeep.
    ///   - start: The beginning of the shutdown.
    func withdraw(after upkeep: RegistrationUpkeep, since start: Moment) async {
        broadcast.update { $0.phase = .shuttingDown }
        var withdrawal = RegistrationWithdrawal(
            at: start,
            within: configuration.shutdownTimeout,
            followersDelay: configuration.followersDelay,
            mayBeRegistered: upkeep.mayBeRegistered
        )
        var action = withdrawal.first
        while action != .end {
            let event = await perform(action)
            action = withdrawal.handle(event, at: .now, chance: .random(in: 0...1))
        }
        log.ended(isGone: withdrawal.isGone, problem: broadcast.current.problem)
        broadcast.update { $0.phase = .ended }
        broadcast.finish()
    }

    private func perform(_ action: RegistrationWithdrawal.Action) async -> RegistrationWithdrawal.Event {
        do {
            let event: RegistrationWithdrawal.Event
            switch action {
            case .checkPresence: event = try await requests.presence().map { .present(isOurs: $0) } ?? .absent
            case .withdraw: event = try await requests.withdraw() ? .withdrawn : .absent
            case .readHealth: event = seen(try await requests.entries(.consistent))
            case .wait(let end):
                try? await TimeSource.continuous.sleep(end)
                return .woken
            case .drain(let end):
                await drain(until: end)
                return .drained
            case .deregister:
                try await requests.deregister()
                event = .deregistered
            case .end: return .drained
            }
            broadcast.update { $0.problem = nil }
            return event
        } catch {
            broadcast.update { $0.problem = "\(error)" }
            return .failed(isDenial: RegistrationUpkeep.Failure(error) == .denied)
        }
    }

    /// The catalog is read without a filter for passing instances: a list without the instance would not tell "critical"
    /// from "not visible to the token".
    private func seen(_ entries: [ServiceEntry]) -> RegistrationWithdrawal.Event {
        let own = entries.first { $0.service.meta[ServiceDescription.incarnationKey] == incarnation }
        return own.map { $0.isHealthy() ? .listed : .listedAsCritical } ?? .notListed
    }

    private func drain(until end: Moment) async {
        guard let drain = configuration.drain else { return }
        let deadline = Deadline(in: Moment.now.duration(to: end))
        do {
            try await BoundedTask<Void>().run(until: deadline) { _ in await drain() }
        } catch {
            log.drainingTookTooLong()
        }
    }
}
