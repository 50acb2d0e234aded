// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Work in a task of its own, with a caller that waits for it until a deadline or until the caller's task is canceled.
///
/// The caller does not wait beyond that: not for a closure that ignores cancellation, not for a file on a mount that
/// hangs, not for a server. When the caller leaves, the work is canceled, unless it is held at the moment.
package final class BoundedTask<Output: Sendable>: Sendable {
    private typealias Caller = CheckedContinuation<Output, any Error>

    private struct State: Sendable {
        var phase = BoundedTaskPhase()
        var caller: Caller?
        /// The error with which the caller has left, or leaves when it arrives.
        var departure: (any Error)?
        var work: Task<Void, Never>?
        var timer: Task<Void, Never>?
    }

    private let state = NIOLockedValueBox(State())
    private let holdLimit: Duration?
    private let onEnd: @Sendable () -> Void

    /// Creates a task that is not running yet.
    ///
    /// - Parameters:
    ///   - holdLimit: The maximum time for which held work continues after its caller has left, before it is canceled;
    ///     `nil` for no limit.
    ///   - onEnd: Called once when the work has ended, or when it will not begin.
    package init(holdLimit: Duration? = nil, onEnd: @escaping @Sendable () -> Void = {}) {
        self.holdLimit = holdLimit
        self.onEnd = onEnd
    }

    /// Runs the work. Call it once.
    ///
    /// - Parameter deadline: The end of the caller's wait; `nil` for none.
    /// - Throws: The error of the work; ``Deadline/Passed`` at the deadline; `CancellationError` when the caller's task
    ///   is canceled. The last two are thrown at once.
    package func run(
        until deadline: Deadline?,
        _ work: @escaping @Sendable (BoundedTask) async throws -> Output
    ) async throws -> Output {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { begin($0, until: deadline, work) }
        } onCancel: {
            leave(throwing: CancellationError())
        }
    }

    /// Holds the work: from now on, it continues after its caller has left. Called by the work itself.
    ///
    /// - Throws: `CancellationError` if the caller has left.
    package func hold() throws {
        guard state.withLockedValue({ $0.phase.hold() }) else { throw CancellationError() }
    }

    /// Ends the hold: from now on, the work is canceled when its caller leaves. Called by the work itself.
    ///
    /// - Throws: `CancellationError` if the caller has left.
    package func release() throws {
        guard state.withLockedValue({ $0.phase.release() }) else { throw CancellationError() }
    }

    /// Cancels the work, also if it is held. A caller that waits leaves with `CancellationError`.
    package func cancel() {
        leave(throwing: CancellationError())
        state.withLockedValue { $0.work }?.cancel()
    }

    // MARK: -

    private func begin(
        _ caller: Caller,
        until deadline: Deadline?,
        _ work: @escaping @Sendable (BoundedTask) async throws -> Output
    ) {
        let departure = state.withLockedValue { state in
            if state.departure == nil { state.caller = caller }
            return state.departure
        }
        if let departure {
            onEnd()
            return caller.resume(throwing: departure)
        }
        let task = Task {
            do { end(.success(try await work(self))) } catch { end(.failure(error)) }
        }
        let timer = deadline.map { deadline in
            Task {
                do { try await TimeSource.sleep(until: deadline.moment) } catch { return }
                leave(throwing: Deadline.Passed())
            }
        }
        // Either task may have run already, and the caller may have left.
        let (isOver, isAbandoned) = state.withLockedValue { state in
            state.work = task
            if state.departure == nil, !state.phase.isOver { state.timer = timer }
            return (state.phase.isOver, state.departure != nil)
        }
        if isOver || isAbandoned { timer?.cancel() }
        if isAbandoned { task.cancel() }
    }

    private func leave(throwing error: any Error) {
        let (caller, work, timer) = state.withLockedValue {
            state -> (Caller?, Task<Void, Never>?, Task<Void, Never>?) in
            guard state.departure == nil, !state.phase.isOver else { return (nil, nil, nil) }
            state.departure = error
            let isCanceled = state.phase.abandon()
            let timer = state.timer
            state.timer = isCanceled ? nil : state.work.flatMap(holdTimer)
            defer { state.caller = nil }
            return (state.caller, isCanceled ? state.work : nil, timer)
        }
        timer?.cancel()
        work?.cancel()
        caller?.resume(throwing: error)
    }

    private func holdTimer(for work: Task<Void, Never>) -> Task<Void, Never>? {
        holdLimit.map { limit in
            Task {
                do { try await Task.sleep(for: limit) } catch { return }
                work.cancel()
            }
        }
    }

    private func end(_ result: Result<Output, any Error>) {
        onEnd()
        let (caller, timer) = state.withLockedValue { state in
            state.phase.end()
            defer { (state.caller, state.timer) = (nil, nil) }
            return (state.caller, state.timer)
        }
        timer?.cancel()
        caller?.resume(with: result)
    }
}

extension BoundedTask<Void> {
    /// Waits for work of a shutdown until it has ended or the limit has passed. Work that has not ended continues.
    ///
    /// Canceling the caller ends neither the wait nor the work: a canceled task needs an orderly shutdown most of all.
    ///
    /// - Returns: True if the work has ended.
    package static func wait(atMost limit: Duration, for work: @escaping @Sendable () async -> Void) async -> Bool {
        // The wait runs in an unstructured task, which the caller's cancellation does not reach.
        await Task {
            let working = Task { await work() }
            return (try? await BoundedTask().run(until: Deadline(in: limit)) { _ in await working.value }) != nil
        }.value
    }
}
