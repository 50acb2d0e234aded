// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress
import Testing

@testable import ConsulResolver

@Suite("A race between two nameservers")
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
            start: .now,
            asksStreamsFirst: false
        )
    }

    private func race(isHedged: Bool) -> Race {
        var race = Race()
        race.begin(Race.Contestant(visit: first, isHedge: false))
        if isHedged { race.begin(Race.Contestant(visit: second, isHedge: true)) }
        return race
    }

    /// A decision in short: whose outcome it is, whom to wait for.
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

    @Test("is begun by the first alone, and joined by another when it is late")
    func hedge() {
        #expect(summary(race(isHedged: false).timeIsUp()) == "hedge")
        #expect(summary(race(isHedged: true).timeIsUp()) == "idle")
        #expect(summary(race(isHedged: false).somebodyIsFound()) == "hedge")
        #expect(summary(race(isHedged: true).somebodyIsFound()) == "idle")
    }

    @Test("is won by whoever shows instances, and by the first with whatever it says")
    func winners() {
        var race = race(isHedged: true)
        #expect(summary(race.end(second, with: instances, hasShownPart: false)) == "2")
        #expect(race.underWay.map(\.visit.server.port) == [1])
        race = self.race(isHedged: true)
        #expect(summary(race.end(first, with: nothing, hasShownPart: false)) == "1 empty")
        race = self.race(isHedged: false)
        #expect(summary(race.end(first, with: nothing, hasShownPart: false)) == "1 empty")
    }

    @Test("goes on for the time of the first when the second has nothing")
    func negative() {
        var race = race(isHedged: true)
        #expect(summary(race.end(second, with: nothing, hasShownPart: false)) == "wait for 1")
        #expect(summary(race.timeIsUp()) == "2 empty")
        #expect(summary(race.somebodyIsFound()) == "idle")
        var lost = race
        #expect(summary(lost.end(first, with: nil, hasShownPart: false)) == "2 empty")
        var shown = race
        #expect(summary(shown.end(first, with: instances, hasShownPart: false)) == "1")
        var partly = race
        #expect(summary(partly.end(first, with: nil, hasShownPart: true)) == "give up")
    }

    @Test("goes on with the other when one is of no use, and ends with the last")
    func failures() {
        var race = race(isHedged: true)
        #expect(summary(race.end(first, with: nil, hasShownPart: false)) == "wait for 2")
        #expect(summary(race.timeIsUp()) == "hedge")
        #expect(summary(race.end(second, with: nil, hasShownPart: false)) == "give up")
    }
}
