// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// A wake signal for a single waiting task. A ring without a waiter is kept for the next wait; several rings count as
/// one.
///
/// An `AsyncStream` would not do: canceling a task that waits for its next element ends the stream for good.
final class WakeSignal: Sendable {
    private enum State {
        case quiet
        case rung
        case awaited(UnsafeContinuation<Void, Never>)
    }

    private let state = NIOLockedValueBox(State.quiet)

    func ring() {
        release(leaving: .rung)
    }

    /// Waits until the next ring, or until the task is canceled.
    func wait() async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let isOver = state.withLockedValue { state in
                    // The handler may have run before the continuation was stored; the task's flag is set before it
                    // runs.
                    if Task.isCancelled { return true }
                    if case .rung = state {
                        state = .quiet
                        return true
                    }
                    state = .awaited(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            release(leaving: nil)
        }
    }

    /// Resumes the waiting task.
    ///
    /// - Parameter remainder: The new state if no task waits; `nil` to keep the state.
    private func release(leaving remainder: State?) {
        let waiter: UnsafeContinuation<Void, Never>? = state.withLockedValue { state in
            guard case .awaited(let waiter) = state else {
                if let remainder { state = remainder }
                return nil
            }
            state = .quiet
            return waiter
        }
        waiter?.resume()
    }
}
