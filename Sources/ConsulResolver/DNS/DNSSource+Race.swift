// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress

extension DNSSource {
    private enum RaceEvent: Sendable {
        case end(NameserverVisit, Inquiry, Resolution?)
        /// The timer with this number fired; only the latest timer counts.
        case timeIsUp(Int)
        case found([IPAddress], of: String, port: UInt16)
    }

    /// Continues with a late server and queries another one beside it, never more than two at a time.
    ///
    /// - Returns: The outcome of the resolution; `nil` if no server that was queried had a usable answer.
    func race(
        _ late: NameserverVisit,
        _ tour: inout NameserverTour,
        _ inquiry: inout Inquiry
    ) async throws -> Resolution? {
        var first = late
        first.goOn()
        var race = Race()
        let (resolution, winner) = try await withThrowingTaskGroup(of: RaceEvent.self) { group in
            // The losing query is canceled, and the group waits for its end.
            defer { group.cancelAll() }
            var timer = 0
            begin(Race.Contestant(visit: first, isHedge: false), in: &race, &group, inquiry)
            var decision = Race.Decision.hedge
            while true {
                switch decision {
                case .finish(let resolution, let winner):
                    return (resolution as Resolution?, winner as Race.Contestant?)
                case .giveUp:
                    return (nil, nil)
                case .wait(for: let contestant):
                    timer += 1
                    set(timer, for: contestant.visit, in: &group)
                case .hedge:
                    hedge(&race, &tour, &group, &inquiry)
                case .idle:
                    break
                }
                guard let event = try await group.next() else { return (nil, nil) }
                decision = decide(event, timer: timer, &race, &tour, &inquiry)
            }
        }
        if let winner { judge(race.underWay, against: winner) }
        return resolution
    }

    private func decide(
        _ event: RaceEvent,
        timer: Int,
        _ race: inout Race,
        _ tour: inout NameserverTour,
        _ inquiry: inout Inquiry
    ) -> Race.Decision {
        switch event {
        case .timeIsUp(let number):
            return number == timer ? race.timeIsUp() : .idle
        case .found(let addresses, let host, let port):
            tour.found(addresses, of: host, port: port, noting: &inquiry.attempts)
            return race.somebodyIsFound()
        case .end(let visit, let own, var resolution):
            inquiry.attempts += own.attempts
            inquiry.part = inquiry.part ?? own.part
            if case .empty = resolution?.outcome, let part = inquiry.part, part.reply.server != visit.server {
                resolution = nil
            }
            return race.end(visit, with: resolution, hasShownPart: inquiry.part != nil)
        }
    }

    // MARK: Child tasks

    private func begin(
        _ contestant: Race.Contestant,
        in race: inout Race,
        _ group: inout ThrowingTaskGroup<RaceEvent, any Error>,
        _ inquiry: Inquiry
    ) {
        race.begin(contestant)
        let name = inquiry.name
        group.addTask {
            var own = Inquiry(name: name)
            var visit = contestant.visit
            let resolution = try await self.ask(&visit, &own)
            return .end(visit, own, resolution)
        }
    }

    private func set(_ timer: Int, for visit: NameserverVisit, in group: inout ThrowingTaskGroup<RaceEvent, any Error>)
    {
        let time = register.time
        let end = time.now() + visit.circumstances.hedgeDelay
        group.addTask {
            try await time.sleep(end)
            return .timeIsUp(timer)
        }
    }

    private func hedge(
        _ race: inout Race,
        _ tour: inout NameserverTour,
        _ group: inout ThrowingTaskGroup<RaceEvent, any Error>,
        _ inquiry: inout Inquiry
    ) {
        switch tour.second(noting: &inquiry.attempts) {
        case .server(let visit):
            register.count(visit.server) { $0.hedgesSent += 1 }
            counters.hedged()
            begin(Race.Contestant(visit: visit, isHedge: true), in: &race, &group, inquiry)
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
    private func judge(_ losers: [Race.Contestant], against winner: Race.Contestant) {
        guard winner.isHedge else { return }
        register.count(winner.visit.server) { $0.hedgesWon += 1 }
        counters.wonByHedge()
        for loser in losers where loser.visit.start <= winner.visit.start {
            register.outpaced(loser.visit.server, since: loser.visit.start)
        }
    }
}
