// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Wakes the one task that waits for something to do. A ring that nobody waits for is kept; two are as good as one.
///
/// An `AsyncStream` would not do: cancelling somebody who waits for it ends it for good.
final class Doorbell: Sendable {
    private enum State {
        case quiet
        case rung
        case awaited(UnsafeContinuation<Void, Never>)
    }

    private let state = NIOLockedValueBox(State.quiet)

    func ring() {
        release(leaving: .rung)
    }

    /// Waits until it rings, or until the task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let isOver = state.withLockedValue { state in
                    // The handler may have run before there was anybody to let go; the flag is set before it runs.
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

    /// - Parameter state: What remains when nobody waits; `nil` for what is there.
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
