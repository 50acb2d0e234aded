// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Admits a limited number of callers at a time, lane by lane; further callers wait in order until it is closed.
///
/// AsyncHTTPClient has a queue of its own, but ends each wait in it after the connect timeout. Therefore its limit is
/// set out of reach, and this is the only one.
final class Permits: Sendable {
    typealias Limits = PermitLanes<CheckedContinuation<Void, any Error>>.Limits
    typealias Place = PermitLanes<CheckedContinuation<Void, any Error>>.Place

    /// A wait exceeded its patience.
    struct OutOfPatience: Error {}

    private struct State: Sendable {
        var lanes: PermitLanes<CheckedContinuation<Void, any Error>>
        var isClosed = false
    }

    private let state: NIOLockedValueBox<State>

    init(_ limits: Limits) {
        state = NIOLockedValueBox(State(lanes: PermitLanes(limits)))
    }

    /// Waits for a permit, runs the body and returns the permit.
    ///
    /// - Parameter patience: The maximum time to wait while no permit of this lane is returned; `nil` for no limit.
    /// - Throws: Errors of the body; `CancellationError`; ``OutOfPatience``; ``ConsulHTTPError/Code/closed``.
    func withPermit<Output>(
        in lane: Lane,
        patience: Duration? = nil,
        _ body: () async throws -> Output
    ) async throws -> Output {
        let place = try await acquire(lane, patience: patience)
        defer { release(place) }
        return try await body()
    }

    /// Waits for a permit. Return it with ``release(_:)``.
    func acquire(_ lane: Lane, patience: Duration? = nil) async throws -> Place {
        let place = state.withLockedValue { $0.lanes.join(lane) }
        var timer: Task<Void, Never>?
        defer { timer?.cancel() }
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
                    // The timer starts after the waiter is in the queue: a short patience would end before that, with
                    // no waiter to turn away.
                    if enqueue(waiter, at: place) { timer = patience.map { startTimer($0, place) } }
                }
            } onCancel: {
                turnAway(place, CancellationError())
            }
        } catch {
            state.withLockedValue { $0.lanes.leave(place) }
            throw error
        }
        return place
    }

    /// Returns a permit.
    func release(_ place: Place) {
        state.withLockedValue { $0.lanes.release(place) }?.resume()
    }

    /// Fails all current and future callers.
    func close() {
        let waiters = state.withLockedValue { state in
            state.isClosed = true
            return state.lanes.removeAll()
        }
        for waiter in waiters { waiter.resume(throwing: ConsulHTTPError.clientClosed) }
    }

    // MARK: -

    private func startTimer(_ patience: Duration, _ place: Place) -> Task<Void, Never> {
        Task {
            var progress = state.withLockedValue { $0.lanes.progress(of: place) }
            while true {
                do { try await Task.sleep(for: patience) } catch { return }
                let now = state.withLockedValue { $0.lanes.progress(of: place) }
                if now == progress { return turnAway(place, OutOfPatience()) }
                progress = now
            }
        }
    }

    private func turnAway(_ place: Place, _ error: any Error) {
        state.withLockedValue { $0.lanes.remove(place) }?.resume(throwing: error)
    }

    /// - Returns: True if the waiter has to wait.
    private func enqueue(_ waiter: CheckedContinuation<Void, any Error>, at place: Place) -> Bool {
        let outcome: Result<Void, any Error>? = state.withLockedValue { state in
            if state.isClosed { return .failure(ConsulHTTPError.clientClosed) }
            // The cancellation handler may have run before the waiter was enqueued.
            if Task.isCancelled { return .failure(CancellationError()) }
            if state.lanes.take(place) { return .success(()) }
            state.lanes.enqueue(waiter, at: place)
            return nil
        }
        if let outcome { waiter.resume(with: outcome) }
        return outcome == nil
    }
}
