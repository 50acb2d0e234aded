// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress
import Testing

@testable import ConsulResolver

struct RaceTests {
    private let first = RaceTests.visit(1)
    private let second = RaceTests.visit(2)
    private let instances = Resolution(
        .endpoints([Endpoint(host: .name("a"), port: 1)]),
        source: .dnsUDP,
        isComplete: true
    )
    private let nothing = Resolution(.empty(nil), source: .dnsUDP, isComplete: true)

    private static func visit(_ port: UInt16) -> NameserverVisit {
        NameserverVisit(
            server: Nameserver(address: .v4(.loopback), port: port),
            budget: Deadline(in: .seconds(60)),
            NameserverVisit.Circumstances(start: .now)
        )
    }

    /// A running race as a class, because expectations cannot mutate values.
    private final class Running {
        var race = Race()

        init(_ visits: NameserverVisit...) {
            for visit in visits { race.begin(Race.Contestant(visit: visit, isHedge: visit.server != visits[0].server)) }
        }

        init(copying other: Running) { race = other.race }

        func end(_ visit: NameserverVisit, _ resolution: Resolution?, hasShownPart: Bool = false) -> Race.Decision {
            race.end(visit, with: resolution, hasShownPart: hasShownPart)
        }
    }

    /// The decision in short: the port of the winner, or the port of the server to wait for.
    private func summary(_ decision: Race.Decision) -> String {
        switch decision {
        case .finish(let resolution, let contestant):
            "\(contestant.visit.server.port)\(resolution.endpoints.isEmpty ? " empty" : "")"
        case .wait(let contestant): "wait for \(contestant.visit.server.port)"
        case .hedge: "hedge"
        case .idle: "idle"
        case .giveUp: "give up"
        }
    }

    @Test
    func `A race begins with the first server, and adds a hedge when that one is late`() {
        #expect(summary(Running(first).race.timeIsUp()) == "hedge")
        #expect(summary(Running(first, second).race.timeIsUp()) == "idle")
        #expect(summary(Running(first).race.somebodyIsFound()) == "hedge")
        #expect(summary(Running(first, second).race.somebodyIsFound()) == "idle")
    }

    @Test
    func `The first instances win a race, and so does any answer of the first server`() {
        var running = Running(first, second)
        #expect(summary(running.end(second, instances)) == "2")
        #expect(running.race.underWay.map(\.visit.server.port) == [1])
        running = Running(first, second)
        #expect(summary(running.end(first, nothing)) == "1 empty")
        running = Running(first)
        #expect(summary(running.end(first, nothing)) == "1 empty")
    }

    @Test
    func `A race waits for the first server when the second has an empty answer`() {
        let running = Running(first, second)
        #expect(summary(running.end(second, nothing)) == "wait for 1")
        #expect(summary(running.race.timeIsUp()) == "2 empty")
        #expect(summary(running.race.somebodyIsFound()) == "idle")
        let lost = Running(copying: running)
        #expect(summary(lost.end(first, nil)) == "2 empty")
        let shown = Running(copying: running)
        #expect(summary(shown.end(first, instances)) == "1")
        let partly = Running(copying: running)
        #expect(summary(partly.end(first, nil, hasShownPart: true)) == "give up")
    }

    @Test
    func `A race goes on with the other server when one fails, and ends with the last`() {
        let running = Running(first, second)
        #expect(summary(running.end(first, nil)) == "wait for 2")
        #expect(summary(running.race.timeIsUp()) == "hedge")
        #expect(summary(running.end(second, nil)) == "give up")
    }
}
