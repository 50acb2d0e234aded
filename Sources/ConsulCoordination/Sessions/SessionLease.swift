// SPDX-License-Identifier: Apache-2.0

package import ResolverSupport

/// Decides until when a holder may rely on its session, and when the session is renewed.
///
/// A pure value: it reads no clock and sends no request. The holder's own clock counts, from the moment when the last
/// successful creation or renewal was *sent*: Consul received it later, and so ends the session later.
///
/// - A session without health checks lasts for at least its time to live after the renewal.
/// - A session with health checks may end at any moment. Its keys cannot be acquired for the lock-delay after that, so a
///   holder is safe for that long after a moment at which the session existed.
///
/// A failed renewal is no evidence of a loss: Consul may have lost its leader, and the session survives that. It is
/// repeated until the lease ends. The end is final: a renewal that succeeds after it brings no lease back, because the
/// holder's work has been canceled.
package struct SessionLease: Hashable, Sendable {
    /// The next action.
    package enum Action: Hashable, Sendable {
        /// Wait until this time, then ask again.
        case wait(until: Moment)
        /// Renew the session, and give up after this time.
        case renew(timeout: Duration)
        /// The session or the lease is lost, for good.
        case end(CoordinationError.Reason)
    }

    /// The time for which one renewal keeps the lease.
    private(set) var term: Duration
    private let lockDelay: Duration?
    private let stoppingTime: Duration?
    /// The time at which the last successful request was sent.
    private var renewed: Moment
    /// The earliest time of the next renewal.
    private var due: Moment
    /// The time at which the renewal in flight was sent; `nil` if there is none.
    private var sent: Moment?
    /// The reason of the end.
    private var end: CoordinationError.Reason?

    /// Creates the lease on a session that has just been created.
    ///
    /// - Parameters:
    ///   - options: The properties of the session, which are valid.
    ///   - sent: The time at which the creation was sent.
    package init(_ options: SessionOptions, sent: Moment) {
        lockDelay = options.hasChecks ? options.lockDelay : nil
        stoppingTime = options.stoppingTime
        term = Self.term(options.timeToLive, lockDelay)
        renewed = sent
        due = sent
        due = nextDue
    }

    /// The time at which the work of the holder is canceled, earlier than the end of the lease: canceled work needs time to
    /// stop.
    package var deadline: Moment { renewed + (term - margin) }

    /// By default half a second or a twentieth of the term, whichever is longer, and at most a quarter.
    private var margin: Duration {
        guard let stoppingTime else { return min(max(.milliseconds(500), term / 20), term / 4) }
        return min(max(stoppingTime, .zero), term / 2)
    }

    /// Returns the reason of the end; `nil` before it. A reader that has seen the end never sees the lease again, even if
    /// the answer to a renewal is on its way.
    package mutating func ended(at now: Moment) -> CoordinationError.Reason? {
        if end == nil, now >= deadline { end = .leaseExpired }
        return end
    }

    /// Returns the next action.
    package mutating func next(at now: Moment) -> Action {
        if let end = ended(at: now) { return .end(end) }
        if sent == nil, now >= due {
            sent = now
            return .renew(timeout: min(term / 4, .seconds(3), now.duration(to: deadline)))
        }
        return .wait(until: sent == nil ? min(due, deadline) : deadline)
    }

    /// Records that Consul has renewed the session.
    ///
    /// - Parameter timeToLive: The time to live in Consul's answer, which Consul may have changed.
    package mutating func renewed(timeToLive: Duration?) {
        guard let sent else { return }
        self.sent = nil
        if let timeToLive, timeToLive > .zero { term = Self.term(timeToLive, lockDelay) }
        renewed = sent
        due = nextDue
    }

    /// Records that the renewal in flight failed. It is sent again a tenth of the term after it was sent, or a second
    /// after, whichever is earlier.
    package mutating func renewalFailed() {
        guard let sent else { return }
        self.sent = nil
        due = sent + min(term / 10, .seconds(1))
    }

    /// Records that Consul does not know the session.
    package mutating func sessionIsGone() {
        sent = nil
        end = end ?? .sessionGone
    }

    private var nextDue: Moment { renewed + term / 3 }

    private static func term(_ timeToLive: Duration, _ lockDelay: Duration?) -> Duration {
        min(timeToLive, lockDelay ?? timeToLive)
    }
}
