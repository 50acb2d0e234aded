// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress
import ResolutionModel
import ResolverSupport

extension DNSSource {
    private enum HedgingEvent: Sendable {
        case end(ServerAttempt, LookupContext, Resolution?)
        /// The timer with this number fired; only the latest timer counts.
        case timeIsUp(Int)
        case found([IPAddress], of: String, port: UInt16)
    }

    /// Continues with a late server and queries another one beside it, never more than two at a time.
    ///
    /// - Returns: The outcome of the resolution; `nil` if no server that was queried had a usable answer.
    func hedge(
        _ late: ServerAttempt,
        _ selection: inout ServerSelection,
        _ context: inout LookupContext
    ) async throws -> Resolution? {
        var first = late
        first.goOn()
        var hedging = QueryHedgingStateMachine()
        let (resolution, winner) = try await withThrowingTaskGroup(of: HedgingEvent.self) { group in
            // The losing query is canceled, and the group waits for its end.
            defer { group.cancelAll() }
            var timer = 0
            begin(QueryHedgingStateMachine.Contestant(attempt: first, isHedge: false), in: &hedging, &group, context)
            var decision = QueryHedgingStateMachine.Decision.hedge
            while true {
                switch decision {
                case .finish(let resolution, let winner):
                    return (resolution as Resolution?, winner as QueryHedgingStateMachine.Contestant?)
                case .giveUp:
                    return (nil, nil)
                case .wait(for: let contestant):
                    timer += 1
                    set(timer, for: contestant.attempt, in: &group)
                case .hedge:
                    startHedge(&hedging, &selection, &group, &context)
                case .idle:
                    break
                }
                guard let event = try await group.next() else { return (nil, nil) }
                decision = decide(event, timer: timer, &hedging, &selection, &context)
            }
        }
        if let winner { judge(hedging.underWay, against: winner) }
        return resolution
    }

    private func decide(
        _ event: HedgingEvent,
        timer: Int,
        _ hedging: inout QueryHedgingStateMachine,
        _ selection: inout ServerSelection,
        _ context: inout LookupContext
    ) -> QueryHedgingStateMachine.Decision {
        switch event {
        case .timeIsUp(let number):
            return number == timer ? hedging.timeIsUp() : .idle
        case .found(let addresses, let host, let port):
            selection.found(addresses, of: host, port: port, noting: &context.attempts)
            return hedging.somebodyIsFound()
        case .end(let attempt, let own, var resolution):
            context.attempts += own.attempts
            context.part = context.part ?? own.part
            if case .empty = resolution?.outcome, let part = context.part, part.reply.server != attempt.server {
                resolution = nil
            }
            return hedging.end(attempt, with: resolution, hasShownPart: context.part != nil)
        }
    }

    // MARK: Child tasks

    private func begin(
        _ contestant: QueryHedgingStateMachine.Contestant,
        in hedging: inout QueryHedgingStateMachine,
        _ group: inout ThrowingTaskGroup<HedgingEvent, any Error>,
        _ context: LookupContext
    ) {
        hedging.begin(contestant)
        let name = context.name
        group.addTask {
            var own = LookupContext(name: name)
            var attempt = contestant.attempt
            let resolution = try await self.ask(&attempt, &own)
            return .end(attempt, own, resolution)
        }
    }

    private func set(
        _ timer: Int,
        for attempt: ServerAttempt,
        in group: inout ThrowingTaskGroup<HedgingEvent, any Error>
    ) {
        let time = pool.time
        let end = time.now() + attempt.circumstances.hedgeDelay
        group.addTask {
            try await time.sleep(end)
            return .timeIsUp(timer)
        }
    }

    private func startHedge(
        _ hedging: inout QueryHedgingStateMachine,
        _ selection: inout ServerSelection,
        _ group: inout ThrowingTaskGroup<HedgingEvent, any Error>,
        _ context: inout LookupContext
    ) {
        switch selection.second(noting: &context.attempts) {
        case .server(let attempt):
            pool.count(attempt.server) { $0.hedgesSent += 1 }
            counters.hedged()
            begin(QueryHedgingStateMachine.Contestant(attempt: attempt, isHedge: true), in: &hedging, &group, context)
        case .name(let host, let port, let deadline):
            let hosts = directory.hosts
            group.addTask {
                .found(try await hosts.addresses(of: host, until: deadline), of: host, port: port)
            }
        case nil:
            break
        }
    }

    // MARK: Judging the losers

    /// Records the end of a race for the servers that lost it. Cancellation is no failure: only a server that was
    /// queried before the winner and has been silent for longer than usual is recorded as outpaced.
    private func judge(
        _ losers: [QueryHedgingStateMachine.Contestant],
        against winner: QueryHedgingStateMachine.Contestant
    ) {
        guard winner.isHedge else { return }
        pool.count(winner.attempt.server) { $0.hedgesWon += 1 }
        counters.wonByHedge()
        for loser in losers where loser.attempt.start <= winner.attempt.start {
            pool.outpaced(loser.attempt.server, since: loser.attempt.start)
        }
    }
}
