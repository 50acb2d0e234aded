// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulCoordination

/// The decisions of the upkeep, with the time passed in.
struct RegistrationUpkeepTests {
    private let start = Moment(nanoseconds: 1_000_000_000)
    private let ttl = RegistrationUpkeep.Timing(timeToLive: .seconds(9), presenceInterval: .seconds(5))

    private func upkeep(hasHeartbeat: Bool = true) -> RegistrationUpkeep {
        hasHeartbeat
            ? RegistrationUpkeep(timing: ttl, hasHeartbeat: true)
            : RegistrationUpkeep(timing: .init(timeToLive: nil, presenceInterval: .seconds(5)), hasHeartbeat: false)
    }

    /// Handles events at one time, and returns the last action.
    private func last(
        _ upkeep: inout RegistrationUpkeep,
        _ events: [RegistrationUpkeep.Event],
        at now: Moment? = nil
    ) -> RegistrationUpkeep.Action? {
        events.map { upkeep.handle($0, at: now ?? start, chance: 1) }.last
    }

    @Test func `A registration is followed by a heartbeat at once and then each third of the time to live`() {
        var upkeep = upkeep()
        #expect(upkeep.first == .register)
        #expect(last(&upkeep, [.registered]) == .heartbeat)
        #expect(last(&upkeep, [.heartbeatAccepted(sent: start)]) == .searchDuplicates)
        #expect(last(&upkeep, [.searched(isConclusive: true)]) == .wait(until: start + .seconds(3)))
        #expect(last(&upkeep, [.woken], at: start + .seconds(3)) == .heartbeat)
        // Counted from the sending: the answer took a second.
        let sent = start + .seconds(3)
        #expect(
            last(&upkeep, [.heartbeatAccepted(sent: sent)], at: sent + .seconds(1)) == .wait(until: sent + .seconds(3))
        )
    }

    @Test func `A service without TTL checks is read at the interval`() {
        var upkeep = upkeep(hasHeartbeat: false)
        #expect(last(&upkeep, [.registered]) == .searchDuplicates)
        #expect(last(&upkeep, [.searched(isConclusive: true)]) == .wait(until: start + .seconds(5)))
        #expect(last(&upkeep, [.woken]) == .checkPresence)
        #expect(last(&upkeep, [.present(isOurs: true)]) == .wait(until: start + .seconds(5)))
        #expect(last(&upkeep, [.woken, .absent]) == .register)
    }

    @Test func `A refused heartbeat leads to a read and only the absence of the service to a registration`() {
        var upkeep = upkeep()
        #expect(last(&upkeep, [.registered, .heartbeatRefused]) == .checkPresence)
        #expect(last(&upkeep, [.absent]) == .register)
        #expect(last(&upkeep, [.registered]) == .heartbeat)
    }

    @Test func `A service that lost its check is registered again`() {
        var upkeep = upkeep()
        #expect(last(&upkeep, [.registered, .heartbeatRefused, .present(isOurs: true)]) == .register)
    }

    @Test func `A replaced token leads to a read and then to a registration, with and without TTL checks`() {
        for hasHeartbeat in [true, false] {
            var upkeep = upkeep(hasHeartbeat: hasHeartbeat)
            _ = last(&upkeep, [.registered, .searched(isConclusive: true)])
            #expect(last(&upkeep, [.tokenReplaced]) == .checkPresence)
            #expect(last(&upkeep, [.present(isOurs: true)]) == .register)
        }
    }

    @Test func `A replaced token is no reason to contend with another incarnation`() {
        var upkeep = upkeep()
        _ = last(&upkeep, [.registered, .tokenReplaced])
        #expect(last(&upkeep, [.present(isOurs: false)]) == .wait(until: start + .seconds(3)))
        #expect(last(&upkeep, [.tokenReplaced]) == .checkPresence)
        #expect(last(&upkeep, [.present(isOurs: false)]) == .wait(until: start + .seconds(3)))
    }

    @Test func `Repairs that do not help come after growing pauses`() {
        var upkeep = upkeep()
        let useless: [RegistrationUpkeep.Event] = [.registered, .heartbeatRefused, .absent]
        #expect(last(&upkeep, useless) == .register)
        #expect(last(&upkeep, useless) == .wait(until: start + .milliseconds(500)))
        #expect(last(&upkeep, [.woken]) == .register)
        #expect(last(&upkeep, useless) == .wait(until: start + .seconds(1)))
        // A heartbeat that is accepted ends the series.
        #expect(last(&upkeep, [.woken]) == .register)
        _ = last(&upkeep, [.registered, .heartbeatAccepted(sent: start), .searched(isConclusive: true)])
        #expect(last(&upkeep, [.woken, .heartbeatRefused, .absent]) == .register)
    }

    @Test func `A service that another incarnation has replaced is left alone until it is gone`() {
        var upkeep = upkeep()
        let seen = last(&upkeep, [.registered, .heartbeatRefused, .present(isOurs: false)])
        #expect(seen == .wait(until: start + .seconds(3)))
        #expect(last(&upkeep, [.woken]) == .checkPresence)
        #expect(last(&upkeep, [.present(isOurs: false)]) == .wait(until: start + .seconds(3)))
        #expect(last(&upkeep, [.woken, .absent]) == .register)
    }

    @Test func `An outage is no evidence and its pauses do not exceed the time between heartbeats`() {
        var upkeep = upkeep()
        _ = last(&upkeep, [.registered, .heartbeatAccepted(sent: start), .searched(isConclusive: true)])
        var pauses: [Duration] = []
        for _ in 0..<8 {
            #expect(last(&upkeep, [.woken]) == .heartbeat)
            guard case .wait(let end) = last(&upkeep, [.failed(.unreachable)]) else {
                Issue.record("a failure is followed by a wait")
                return
            }
            pauses.append(start.duration(to: end))
        }
        #expect(pauses.first == .milliseconds(500))
        #expect(pauses.allSatisfy { $0 <= .seconds(3) })
        #expect(pauses.last == .seconds(3))
    }

    @Test func `A denial and an invalid registration are tried again slowly`() {
        for failure in [RegistrationUpkeep.Failure.denied, .rejected] {
            var upkeep = upkeep()
            #expect(last(&upkeep, [.failed(failure)]) == .wait(until: start + .seconds(3)))
            #expect(last(&upkeep, [.woken]) == .register)
        }
    }

    @Test func `A refused heartbeat counts as absence if the token may not read the service`() {
        var upkeep = upkeep()
        #expect(last(&upkeep, [.registered, .heartbeatRefused, .failed(.denied)]) == .register)
    }

    @Test(arguments: [
        RegistrationUpkeep.Event.registered, .heartbeatRefused, .absent, .present(isOurs: true), .woken, .tokenReplaced,
        .failed(.unreachable), .failed(.denied), .searched(isConclusive: false), .heartbeatAccepted(sent: Moment.now),
    ])
    func `The end is the only action once shutdown began`(event: RegistrationUpkeep.Event) {
        for hasHeartbeat in [true, false] {
            var upkeep = upkeep(hasHeartbeat: hasHeartbeat)
            #expect(last(&upkeep, [.registered, .shutdownBegan]) == .end)
            #expect(last(&upkeep, [event]) == .end)
        }
    }

    @Test func `The service has to be deregistered unless the agent certainly does not have it`() {
        let cases: [([RegistrationUpkeep.Event], Bool)] = [
            ([], false), ([.failed(.unreachable)], false), ([.failed(.denied)], false), ([.failed(.rejected)], false),
            ([.failed(.unanswered)], true), ([.registered], true), ([.registered, .heartbeatRefused, .absent], true),
        ]
        for (events, expected) in cases {
            var upkeep = upkeep()
            _ = last(&upkeep, events + [.shutdownBegan])
            #expect(upkeep.mayBeRegistered == expected, "\(events)")
        }
    }

    @Test func `The search for duplicates is given up when the catalog never lists the service`() {
        var upkeep = upkeep()
        var searches = 0
        _ = last(&upkeep, [.registered])
        for _ in 0..<20 {
            guard last(&upkeep, [.heartbeatAccepted(sent: start)]) == .searchDuplicates else { continue }
            searches += 1
            _ = last(&upkeep, [.searched(isConclusive: false)])
        }
        #expect(searches == 5)
    }
}
