// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

@testable import LoadBalancing

/// ``Ejection`` in its plainest form: every outcome is kept, and every number is counted anew.
struct EjectionModel {
    let policy: EjectionPolicy
    private(set) var state = Ejection.State.closed
    private var history: [Outcome] = []
    private var level = 0
    private(set) var life: UInt32 = 0
    private var closedSince = Moment(nanoseconds: .min)

    init(policy: EjectionPolicy) { self.policy = policy }

    mutating func observe(_ outcome: Outcome, life: UInt32) -> Ejection.Verdict {
        guard state == .closed, life == self.life else { return .nothing }
        history.append(outcome)
        guard isFailure(outcome) else { return .nothing }
        // Outcomes without information are dropped.
        let told = history.filter { $0 == .success || isFailure($0) }
        let sinceSuccess = told.reversed().prefix { $0 != .success }
        let connect = sinceSuccess.prefix { $0 == .failure(.connect) || $0 == .failure(.timeout) }
        if connect.count(where: { $0 == .failure(.connect) }) >= policy.consecutiveConnectFailures {
            return .wantsEjection(.consecutiveConnectFailures)
        }
        if sinceSuccess.count(where: { $0 != .failure(.overload()) }) >= policy.consecutiveFailures {
            return .wantsEjection(.consecutiveFailures)
        }
        let successes = told.count { $0 == .success }
        let isEnough = told.count >= policy.minimumSamples && told.count - successes >= policy.minimumFailures
        let isBad = Double(successes) / Double(max(told.count, 1)) < policy.successRate
        return isEnough && isBad ? .wantsEjection(.successRate) : .nothing
    }

    mutating func eject(at now: Moment, chance: Double) -> Moment? {
        guard state == .closed else { return nil }
        let clean =
            closedSince.nanoseconds == .min ? 1_000 : (now.nanoseconds - closedSince.nanoseconds) / 60_000_000_000
        level = max(level - Int(clean), 0)
        return takeOut(at: now, chance)
    }

    mutating func becomeHalfOpen(at now: Moment) -> Bool {
        guard case .ejected(let until) = state, until <= now else { return false }
        state = .halfOpen
        return true
    }

    mutating func observeProbe(
        _ outcome: Outcome,
        life: UInt32,
        at now: Moment,
        chance: Double
    ) -> Ejection.Verdict {
        guard state == .halfOpen, life == self.life else { return .nothing }
        if outcome == .success {
            _ = reinstate(at: now)
            return .restored
        }
        return isFailure(outcome) ? .ejected(until: takeOut(at: now, chance)) : .nothing
    }

    mutating func reinstate(at now: Moment) -> Bool {
        guard state != .closed else { return false }
        state = .closed
        closedSince = now
        life += 1
        return true
    }

    private mutating func takeOut(at now: Moment, _ chance: Double) -> Moment {
        let seconds: [Int64] = [5, 10, 20, 40, 60]
        let half = seconds[level] * 500_000_000
        level = min(level + 1, 4)
        history = []
        let until = Moment(nanoseconds: now.nanoseconds + half + Int64(Double(half) * chance))
        state = .ejected(until: until)
        return until
    }

    private func isFailure(_ outcome: Outcome) -> Bool {
        outcome != .success && outcome != .neutral && outcome != .failure(.client)
    }
}
