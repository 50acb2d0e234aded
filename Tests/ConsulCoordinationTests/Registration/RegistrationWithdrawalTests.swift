// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulCoordination

/// The decisions of a shutdown, with the time passed in.
struct RegistrationWithdrawalTests {
    private let start = Moment(nanoseconds: 1_000_000_000)

    private func withdrawal(mayBeRegistered: Bool = true) -> RegistrationWithdrawal {
        RegistrationWithdrawal(
            at: start,
            within: .seconds(12),
            followersDelay: .seconds(1),
            mayBeRegistered: mayBeRegistered
        )
    }

    private func last(
        _ withdrawal: inout RegistrationWithdrawal,
        _ events: [RegistrationWithdrawal.Event],
        after time: Duration = .zero
    ) -> RegistrationWithdrawal.Action? {
        events.map { withdrawal.handle($0, at: start + time, chance: 1) }.last
    }

    @Test func `A shutdown withdraws, confirms, lingers, drains and deregisters in this order`() {
        var withdrawal = withdrawal()
        #expect(withdrawal.first == .checkPresence)
        #expect(last(&withdrawal, [.present(isOurs: true)]) == .withdraw)
        #expect(last(&withdrawal, [.withdrawn]) == .readHealth)
        #expect(last(&withdrawal, [.listed]) == .wait(until: start + .milliseconds(50)))
        #expect(last(&withdrawal, [.woken]) == .readHealth)
        #expect(last(&withdrawal, [.listedAsCritical]) == .wait(until: start + .seconds(1)))
        #expect(last(&withdrawal, [.woken], after: .seconds(1)) == .drain(until: start + .seconds(9)))
        #expect(last(&withdrawal, [.drained], after: .seconds(5)) == .checkPresence)
        #expect(last(&withdrawal, [.present(isOurs: true)], after: .seconds(5)) == .deregister)
        #expect(last(&withdrawal, [.deregistered], after: .seconds(5)) == .end)
        #expect(withdrawal.isGone)
    }

    @Test func `A service of another incarnation is neither withdrawn nor deregistered`() {
        var withdrawal = withdrawal()
        #expect(last(&withdrawal, [.present(isOurs: false)]) == .drain(until: start + .seconds(9)))
        #expect(last(&withdrawal, [.drained]) == .end)
        #expect(withdrawal.isGone)
    }

    @Test func `A service that another incarnation replaced during draining is not deregistered`() {
        var withdrawal = withdrawal()
        _ = last(&withdrawal, [.present(isOurs: true), .withdrawn, .listedAsCritical, .woken])
        #expect(last(&withdrawal, [.drained, .present(isOurs: false)]) == .end)
        #expect(withdrawal.isGone)
    }

    @Test func `A service that was never registered is only drained`() {
        var withdrawal = withdrawal(mayBeRegistered: false)
        #expect(withdrawal.first == .drain(until: start + .seconds(9)))
        #expect(last(&withdrawal, [.drained]) == .end)
    }

    @Test func `A service that stays listed is withdrawn again`() {
        var withdrawal = withdrawal()
        _ = last(&withdrawal, [.present(isOurs: true), .withdrawn, .listed])
        #expect(last(&withdrawal, [.woken], after: .milliseconds(900)) == .readHealth)
        #expect(last(&withdrawal, [.listed, .woken], after: .seconds(1)) == .withdraw)
        // A third of the time is for the confirmation.
        #expect(last(&withdrawal, [.withdrawn, .listed], after: .seconds(4)) == .wait(until: start + .seconds(5)))
    }

    @Test func `A list without the service is no confirmation and delays the drain no longer`() {
        var withdrawal = withdrawal()
        #expect(
            last(&withdrawal, [.present(isOurs: true), .withdrawn, .notListed]) == .wait(until: start + .seconds(1))
        )
    }

    @Test func `An agent that does not respond leaves two thirds of the time for the drain`() {
        var withdrawal = withdrawal()
        var now = Duration.zero
        var action = withdrawal.first
        while now < .seconds(12), case .checkPresence = action {
            let wait = withdrawal.handle(.failed(isDenial: false), at: start + now, chance: 1)
            guard case .wait(let end) = wait else {
                action = wait
                break
            }
            now = start.duration(to: end)
            action = withdrawal.handle(.woken, at: end, chance: 1)
        }
        #expect(action == .drain(until: start + .seconds(9)))
        #expect(now <= .seconds(4))
    }

    @Test func `Deregistering is tried again until the time is over`() {
        var withdrawal = withdrawal()
        _ = last(&withdrawal, [.present(isOurs: true), .withdrawn, .listedAsCritical, .woken, .drained])
        var now = Duration.seconds(9)
        var action = last(&withdrawal, [.present(isOurs: true)], after: now)
        var attempts = 0
        while case .deregister = action, attempts < 100 {
            attempts += 1
            action = last(&withdrawal, [.failed(isDenial: false)], after: now)
            guard case .wait(let end) = action else { break }
            now = start.duration(to: end)
            action = last(&withdrawal, [.woken], after: now)
        }
        #expect(action == .end)
        #expect(attempts > 3)
        #expect(now <= .seconds(12))
        #expect(!withdrawal.isGone)
    }

    @Test func `A denial skips the step that it concerns`() {
        var withdrawal = withdrawal()
        #expect(last(&withdrawal, [.failed(isDenial: true)]) == .withdraw)
        #expect(last(&withdrawal, [.withdrawn, .failed(isDenial: true)]) == .wait(until: start + .seconds(1)))
        #expect(last(&withdrawal, [.woken, .drained, .failed(isDenial: true)]) == .deregister)
        #expect(last(&withdrawal, [.failed(isDenial: true)]) == .end)
        #expect(!withdrawal.isGone)
    }

    /// Any order of results ends within the bound.
    @Test func `A shutdown ends in bounded time whatever the results are`() {
        let events: [RegistrationWithdrawal.Event] = [
            .listed, .listedAsCritical, .notListed, .failed(isDenial: false), .failed(isDenial: true), .woken,
        ]
        for seed in 0..<500 {
            var random = ShuffleGenerator(seed: UInt64(seed))
            var withdrawal = withdrawal()
            var action = withdrawal.first
            var now = Duration.zero
            var steps = 0
            while action != .end, steps < 10_000 {
                steps += 1
                let fails = Bool.random(using: &random)
                let event: RegistrationWithdrawal.Event
                switch action {
                case .wait(let end):
                    now = max(now, start.duration(to: end))
                    event = .woken
                case .drain(let end):
                    now = max(now, start.duration(to: end))
                    event = .drained
                case .checkPresence: event = fails ? .failed(isDenial: false) : .present(isOurs: true)
                case .withdraw: event = fails ? .failed(isDenial: false) : .withdrawn
                case .deregister: event = fails ? .failed(isDenial: false) : .deregistered
                case .readHealth: event = events.dropLast().randomElement(using: &random)!
                case .end: continue
                }
                now += .milliseconds(10)
                action = withdrawal.handle(event, at: start + now, chance: 1)
            }
            #expect(action == .end)
            #expect(now <= .milliseconds(12_100), "seed \(seed)")
        }
    }
}
