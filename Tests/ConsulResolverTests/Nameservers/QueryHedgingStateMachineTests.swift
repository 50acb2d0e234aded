// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress
import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSources
@testable import ResolverSupport

struct QueryHedgingStateMachineTests {
    private let first = QueryHedgingStateMachineTests.attempt(1)
    private let second = QueryHedgingStateMachineTests.attempt(2)
    private let instances = Resolution(
        .endpoints([Endpoint(host: .name("a"), port: 1)]),
        source: .dnsUDP,
        isComplete: true
    )
    private let nothing = Resolution(.empty(nil), source: .dnsUDP, isComplete: true)

    private static func attempt(_ port: UInt16) -> ServerAttempt {
        ServerAttempt(
            server: Nameserver(address: .v4(.loopback), port: port),
            budget: Deadline(in: .seconds(60)),
            ServerAttempt.Circumstances(start: .now)
        )
    }

    /// A running race as a class, because expectations cannot mutate values.
    private final class Running {
        var hedging = QueryHedgingStateMachine()

        init(_ attempts: ServerAttempt...) {
            for attempt in attempts {
                hedging.begin(
                    QueryHedgingStateMachine.Contestant(attempt: attempt, isHedge: attempt.server != attempts[0].server)
                )
            }
        }

        init(copying other: Running) { hedging = other.hedging }

        func end(_ attempt: ServerAttempt, _ resolution: Resolution?, hasShownPart: Bool = false)
            -> QueryHedgingStateMachine.Decision
        {
            hedging.end(attempt, with: resolution, hasShownPart: hasShownPart)
        }
    }

    /// The decision in short: the port of the winner, or the port of the server to wait for.
    private func summary(_ decision: QueryHedgingStateMachine.Decision) -> String {
        switch decision {
        case .finish(let resolution, let contestant):
            "\(contestant.attempt.server.port)\(resolution.endpoints.isEmpty ? " empty" : "")"
        case .wait(let contestant): "wait for \(contestant.attempt.server.port)"
        case .hedge: "hedge"
        case .idle: "idle"
        case .giveUp: "give up"
        }
    }

    @Test
    func `A race begins with the first server, and adds a hedge when that one is late`() {
        #expect(summary(Running(first).hedging.timeIsUp()) == "hedge")
        #expect(summary(Running(first, second).hedging.timeIsUp()) == "idle")
        #expect(summary(Running(first).hedging.somebodyIsFound()) == "hedge")
        #expect(summary(Running(first, second).hedging.somebodyIsFound()) == "idle")
    }

    @Test
    func `The first instances win a race, and so does any answer of the first server`() {
        var running = Running(first, second)
        #expect(summary(running.end(second, instances)) == "2")
        #expect(running.hedging.underWay.map(\.attempt.server.port) == [1])
        running = Running(first, second)
        #expect(summary(running.end(first, nothing)) == "1 empty")
        running = Running(first)
        #expect(summary(running.end(first, nothing)) == "1 empty")
    }

    @Test
    func `A race waits for the first server when the second has an empty answer`() {
        let running = Running(first, second)
        #expect(summary(running.end(second, nothing)) == "wait for 1")
        #expect(summary(running.hedging.timeIsUp()) == "2 empty")
        #expect(summary(running.hedging.somebodyIsFound()) == "idle")
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
        #expect(summary(running.hedging.timeIsUp()) == "hedge")
        #expect(summary(running.end(second, nil)) == "give up")
    }
}
