// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport

/// A wake signal for a waiting task. A ring without a waiter is kept for the next wait; several rings count as one.
///
/// An `AsyncStream` would not do: canceling a task that waits for its next element ends the stream for good.
final class WakeSignal: Sendable {
    private struct State: Sendable {
        /// True if there was a ring without a waiter.
        var isRung = false
        var waiters = WaiterList<Void>()
    }

    private let state = NIOLockedValueBox(State())

    func ring() {
        let calls = state.withLockedValue { state in
            state.isRung = state.waiters.isEmpty
            return state.waiters.settleAll(with: ())
        }
        for call in calls { call.resume() }
    }

    /// Waits until the next ring, or until the task is canceled.
    func wait() async {
        let place = state.withLockedValue { state in
            defer { state.isRung = false }
            return state.isRung ? nil : state.waiters.enter()
        }
        guard let place else { return }
        await WaiterList.value { continuation in
            state.withLockedValue { $0.waiters.wait(continuation, at: place) }
        } onCancel: {
            state.withLockedValue { $0.waiters.settle(place, with: ()) }
        }
    }
}
