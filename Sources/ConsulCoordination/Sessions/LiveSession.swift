// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers
package import ResolverSupport

/// A session that this process has created and renews.
package final class LiveSession: Sendable {
    /// The time limit of the request that destroys a session. A session that it does not reach ends with its time to live.
    static let closingTime = Duration.seconds(2)

    /// The id of the session.
    package let id: String
    /// The sessions of the datacenter that the session was created in.
    package let store: SessionStore
    /// The clock of the lease.
    package let time: TimeSource
    /// The end of the lease.
    package let loss = Signal<CoordinationError.Reason>()
    private let lease: NIOLockedValueBox<SessionLease>

    private init(id: String, store: SessionStore, time: TimeSource, lease: SessionLease) {
        (self.id, self.store, self.time) = (id, store, time)
        self.lease = NIOLockedValueBox(lease)
    }

    /// Creates a session. A caller that is canceled while the request is in flight leaves no session: the answer is
    /// awaited for a moment, and the session destroyed.
    ///
    /// - Parameter deadline: The end of the caller's patience; `nil` for the client's time limit.
    /// - Throws: `Deadline.Passed`; ``CoordinationError``; ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    package static func open(
        _ options: SessionOptions,
        in store: SessionStore,
        until deadline: Deadline? = nil,
        time: TimeSource = .continuous
    ) async throws -> LiveSession {
        try options.validate()
        try Task.checkCancellation()
        let sent = time.now()
        let creation = Task { try await store.createPlaced(options) }
        do {
            let created = try await BoundedTask<(id: String, options: SessionOptions)>()
                .run(until: deadline) { _ in try await creation.value }
            let lease = SessionLease(created.options, sent: sent)
            return LiveSession(id: created.id, store: store, time: time, lease: lease)
        } catch let error where error is CancellationError || error is Deadline.Passed {
            _ = await BoundedTask.wait(atMost: closingTime) {
                if let created = try? await creation.value { try? await store.destroy(created.id) }
            }
            throw error
        }
    }

    /// The time until which the work of the holder goes on.
    package var deadline: Moment { lease.withLockedValue { $0.deadline } }

    /// The reason that the session does not count as held any more; `nil` while it is. Exact even if the process has just
    /// been continued after a pause, and no timer has run yet. Once there is a reason, it stays.
    package var lost: CoordinationError.Reason? {
        let now = time.now()
        let reason = lease.withLockedValue { $0.ended(at: now) }
        if let reason { loss.send(reason) }
        return reason
    }

    /// Renews the session until the task is canceled or the lease ends, and reports the end.
    package func keep() async {
        while !Task.isCancelled {
            let now = time.now()
            switch lease.withLockedValue({ $0.next(at: now) }) {
            case .wait(let until):
                // The sleep throws only if the task is canceled, which the loop's condition detects.
                try? await time.sleep(until)
            case .renew(let timeout):
                await renew(timeout: timeout)
            case .end(let reason):
                return loss.send(reason)
            }
        }
    }

    /// Reports evidence that the session is gone, from another request than a renewal.
    package func isGone() {
        lease.withLockedValue { $0.sessionIsGone() }
        loss.send(.sessionGone)
    }

    /// Destroys the session, which releases its keys. Returns within two seconds; canceling the task does not end the wait.
    ///
    /// - Returns: True if Consul has confirmed it.
    @discardableResult
    package func close() async -> Bool {
        if loss.current == .sessionGone { return true }
        let isDone = NIOLockedValueBox(false)
        let isOver = await BoundedTask.wait(atMost: Self.closingTime) { [id, store] in
            guard (try? await store.destroy(id, timeout: Self.closingTime)) != nil else { return }
            isDone.withLockedValue { $0 = true }
        }
        return isOver && isDone.withLockedValue { $0 }
    }

    private func renew(timeout: Duration) async {
        do {
            if let session = try await store.renew(id, timeout: timeout) {
                lease.withLockedValue { $0.renewed(timeToLive: session.timeToLive) }
            } else {
                lease.withLockedValue { $0.sessionIsGone() }
            }
        } catch {
            lease.withLockedValue { $0.renewalFailed() }
        }
    }
}
