// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Lets so many through at a time, the others in order, until it is closed.
///
/// AsyncHTTPClient has a queue of its own, but lets nobody stand in it for longer than connecting may take.
final class Permits: Sendable {
    private struct State: Sendable {
        var queue: PermitQueue<CheckedContinuation<Void, any Error>>
        var isClosed = false
    }

    private let state: NIOLockedValueBox<State>

    init(_ count: Int) {
        state = NIOLockedValueBox(State(queue: PermitQueue(permits: count)))
    }

    /// Takes a permit if one is free. Whoever gets one gives it back with ``release()``.
    func tryAcquire() -> Bool {
        state.withLockedValue { !$0.isClosed && $0.queue.take() }
    }

    /// Waits for a permit, runs the body and gives the permit back.
    ///
    /// - Throws: What the body throws; `CancellationError`; ``ConsulHTTPError/Code/closed``.
    func withPermit<Output>(_ body: () async throws -> Output) async throws -> Output {
        try await acquire()
        defer { release() }
        return try await body()
    }

    func release() {
        state.withLockedValue { $0.queue.release() }?.resume()
    }

    /// Turns away everybody who waits, and who comes.
    func close() {
        let waiters = state.withLockedValue { state in
            state.isClosed = true
            return state.queue.removeAll()
        }
        for waiter in waiters { waiter.resume(throwing: ConsulHTTPError.clientClosed) }
    }

    private func acquire() async throws {
        let ticket = state.withLockedValue { $0.queue.ticket() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enqueue($0, ticket: ticket) }
        } onCancel: {
            state.withLockedValue { $0.queue.remove(ticket: ticket) }?.resume(throwing: CancellationError())
        }
    }

    private func enqueue(_ waiter: CheckedContinuation<Void, any Error>, ticket: UInt64) {
        let outcome: Result<Void, any Error>? = state.withLockedValue { state in
            if state.isClosed { return .failure(ConsulHTTPError.clientClosed) }
            // The cancellation handler may have run before there was a waiter to take out.
            if Task.isCancelled { return .failure(CancellationError()) }
            if state.queue.take() { return .success(()) }
            state.queue.enqueue(waiter, ticket: ticket)
            return nil
        }
        if let outcome { waiter.resume(with: outcome) }
    }
}
