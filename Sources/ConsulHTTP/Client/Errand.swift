// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport

/// Work in a task of its own, with a caller that waits for it until a deadline or until the caller's task is canceled.
///
/// The caller does not wait beyond that: not for a closure that ignores cancellation, not for a file on a mount that
/// hangs, not for an agent. ``RequestLife`` decides whether the work continues after the caller has left.
final class Errand<Output: Sendable>: Sendable {
    private struct State: Sendable {
        var life = RequestLife()
        var caller: CheckedContinuation<Output, any Error>?
        /// The error with which the caller has left, or leaves when it arrives.
        var departure: (any Error)?
        var work: Task<Void, Never>?
        var timer: Task<Void, Never>?
    }

    private let state = NIOLockedValueBox(State())
    /// The maximum time for which a request is held after its caller has left.
    private let holdLimit: Duration
    private let onEnd: @Sendable () -> Void

    /// - Parameters:
    ///   - holdLimit: The maximum time for which a request is held after its caller has left. After that, the
    ///     connection is closed, whatever the agent does.
    ///   - onEnd: Called once when the work has ended, or when it will not begin.
    init(holdLimit: Duration = .seconds(15), onEnd: @escaping @Sendable () -> Void = {}) {
        self.holdLimit = holdLimit
        self.onEnd = onEnd
    }

    /// Runs the work. Call it once.
    ///
    /// - Throws: The error of the work; ``Deadline/Passed`` at the deadline; `CancellationError` when the caller's task
    ///   is canceled. The last two are thrown at once.
    func run(
        until deadline: Deadline,
        _ work: @escaping @Sendable (Errand) async throws -> Output
    ) async throws -> Output {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { begin($0, until: deadline, work) }
        } onCancel: {
            leave(throwing: CancellationError())
        }
    }

    /// Records that the work is about to send a request.
    ///
    /// - Throws: `CancellationError` if the caller has left.
    func send() throws {
        guard state.withLockedValue({ $0.life.send() }) else { throw CancellationError() }
    }

    /// Records that the work has received the head of the answer.
    ///
    /// - Throws: `CancellationError` if the caller has left.
    func answered() throws {
        guard state.withLockedValue({ $0.life.answered() }) else { throw CancellationError() }
    }

    // MARK: -

    private func begin(
        _ caller: CheckedContinuation<Output, any Error>,
        until deadline: Deadline,
        _ work: @escaping @Sendable (Errand) async throws -> Output
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
        let timer = Task {
            do { try await Task.sleep(for: deadline.remaining) } catch { return }
            leave(throwing: Deadline.Passed())
        }
        // Either task may have run already, and the caller may have left.
        let (isOver, isAbandoned) = state.withLockedValue { state in
            state.work = task
            if state.departure == nil, !state.life.isOver { state.timer = timer }
            return (state.life.isOver, state.departure != nil)
        }
        if isOver || isAbandoned { timer.cancel() }
        if isAbandoned { task.cancel() }
    }

    private func leave(throwing error: any Error) {
        let (caller, work, timer) = state.withLockedValue { state in
            guard state.departure == nil, !state.life.isOver else {
                return (
                    nil as CheckedContinuation<Output, any Error>?, nil as Task<Void, Never>?, nil as Task<Void, Never>?
                )
            }
            state.departure = error
            let isCancelled = state.life.abandon()
            let timer = state.timer
            state.timer = isCancelled ? nil : state.work.map(holdTimer)
            defer { state.caller = nil }
            return (state.caller, isCancelled ? state.work : nil, timer)
        }
        timer?.cancel()
        work?.cancel()
        caller?.resume(throwing: error)
    }

    private func holdTimer(for work: Task<Void, Never>) -> Task<Void, Never> {
        Task { [holdLimit] in
            do { try await Task.sleep(for: holdLimit) } catch { return }
            work.cancel()
        }
    }

    private func end(_ result: Result<Output, any Error>) {
        onEnd()
        let (caller, timer) = state.withLockedValue { state in
            state.life.end()
            defer { (state.caller, state.timer) = (nil, nil) }
            return (state.caller, state.timer)
        }
        timer?.cancel()
        caller?.resume(with: result)
    }
}
