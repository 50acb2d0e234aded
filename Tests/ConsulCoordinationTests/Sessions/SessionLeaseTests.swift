// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ResolverSupport
import Testing

/// The decisions about a lease, without a clock.
struct SessionLeaseTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)

    /// A lease of 10 seconds on a session without health checks.
    private var lease: SessionLease {
        SessionLease(.withoutHealthChecks(timeToLive: .seconds(10)), sent: start)
    }

    private func after(_ duration: Duration) -> Moment { start + duration }

    @Test func `The lease begins when the creation was sent and ends a margin before the time to live`() {
        #expect(lease.deadline == after(.milliseconds(9500)))
        let long = SessionLease(.withoutHealthChecks(timeToLive: .seconds(60)), sent: start)
        #expect(long.deadline == after(.seconds(57)))
    }

    @Test func `The lock-delay is the lease of a session with health checks if it is shorter`() {
        var options = SessionOptions(timeToLive: .seconds(60))
        options.lockDelay = .seconds(4)
        var lease = SessionLease(options, sent: start)
        #expect(lease.deadline == after(.milliseconds(3500)))
        #expect(lease.next(at: start) == .wait(until: after(.seconds(4) / 3)))
        options.lockDelay = .seconds(60)
        options.timeToLive = .seconds(10)
        #expect(SessionLease(options, sent: start).deadline == after(.milliseconds(9500)))
    }

    @Test func `The time that canceled work needs to stop is cut from the lease, up to half of it`() {
        var options = SessionOptions.withoutHealthChecks(timeToLive: .seconds(10))
        for (time, left) in [
            (Duration.seconds(4), Duration.seconds(6)), (.seconds(9), .seconds(5)), (.zero, .seconds(10)),
        ] {
            options.stoppingTime = time
            #expect(SessionLease(options, sent: start).deadline == after(left))
        }
    }

    @Test func `The lock-delay does not shorten the lease of a session without health checks`() {
        var options = SessionOptions.withoutHealthChecks(timeToLive: .seconds(10))
        options.lockDelay = .zero
        #expect(SessionLease(options, sent: start).deadline == after(.milliseconds(9500)))
    }

    @Test func `A renewal is due a third of the term after the last one was sent`() {
        var lease = lease
        let due = after(.seconds(10) / 3)
        #expect(lease.next(at: start) == .wait(until: due))
        #expect(lease.next(at: due) == .renew(timeout: .milliseconds(2500)))
        #expect(lease.next(at: due + .seconds(1)) == .wait(until: lease.deadline))
        lease.renewed(timeToLive: .seconds(10))
        #expect(lease.deadline == due + .milliseconds(9500))
        #expect(lease.next(at: due + .seconds(2)) == .wait(until: due + .seconds(10) / 3))
    }

    @Test func `The lease counts from the time when a renewal was sent and not from its answer`() {
        var lease = lease
        _ = lease.next(at: after(.seconds(5)))
        lease.renewed(timeToLive: nil)
        #expect(lease.deadline == after(.milliseconds(14_500)))
    }

    @Test func `Failed renewals are repeated each second until the deadline and are no loss before it`() {
        var lease = lease
        var sent: [Moment] = []
        var now = start
        while true {
            switch lease.next(at: now) {
            case .wait(let until): now = until
            case .renew(let timeout):
                sent.append(now)
                #expect(now + timeout <= lease.deadline)
                lease.renewalFailed()
            case .end(let reason):
                #expect(reason == .leaseExpired)
                #expect(now == after(.milliseconds(9500)))
                #expect(sent.count == 7)
                #expect(zip(sent, sent.dropFirst()).allSatisfy { $0.duration(to: $1) == .seconds(1) })
                return
            }
        }
    }

    @Test func `A success after failures keeps the lease`() {
        var lease = lease
        _ = lease.next(at: after(.seconds(4)))
        lease.renewalFailed()
        #expect(lease.next(at: after(.seconds(5))) == .renew(timeout: .milliseconds(2500)))
        lease.renewed(timeToLive: .seconds(10))
        #expect(lease.next(at: after(.seconds(8))) != .end(.leaseExpired))
        #expect(lease.deadline == after(.milliseconds(14_500)))
    }

    @Test func `A session that is gone ends the lease at once and for good`() {
        var lease = lease
        _ = lease.next(at: after(.seconds(4)))
        lease.sessionIsGone()
        #expect(lease.next(at: after(.seconds(4))) == .end(.sessionGone))
        lease.renewed(timeToLive: .seconds(10))
        #expect(lease.next(at: after(.seconds(4))) == .end(.sessionGone))
    }

    // L35: the clock jumps while the machine sleeps or the process is stopped.
    @Test func `A clock that jumps over the deadline ends the lease and a late success does not revive it (L35)`() {
        var lease = lease
        _ = lease.next(at: after(.seconds(4)))
        #expect(lease.next(at: after(.seconds(3600))) == .end(.leaseExpired))
        lease.renewed(timeToLive: .seconds(10))
        #expect(lease.next(at: after(.seconds(3600))) == .end(.leaseExpired))
    }

    @Test func `A reader that has seen the end sees no lease again when the answer to a renewal arrives`() {
        var lease = lease
        _ = lease.next(at: after(.seconds(9)))
        #expect(lease.ended(at: after(.milliseconds(9499))) == nil)
        #expect(lease.ended(at: after(.milliseconds(9500))) == .leaseExpired)
        lease.renewed(timeToLive: .seconds(10))
        #expect(lease.ended(at: after(.milliseconds(9501))) == .leaseExpired)
    }

    @Test func `A time to live that Consul has changed is adopted`() {
        var lease = lease
        _ = lease.next(at: after(.seconds(4)))
        lease.renewed(timeToLive: .seconds(30))
        #expect(lease.deadline == after(.milliseconds(32_500)))
        #expect(lease.next(at: after(.seconds(5))) == .wait(until: after(.seconds(14))))
    }

    @Test func `The margin of a short term is a quarter of it`() {
        var options = SessionOptions.withoutHealthChecks(timeToLive: .milliseconds(400))
        options.minimumTimeToLive = .milliseconds(200)
        #expect(SessionLease(options, sent: start).deadline == after(.milliseconds(300)))
    }
}
