// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport

/// Lets the publishers of one process take turns, in the order of their calls.
///
/// Publishers compete for the head of their topic. Of those that begin together, all but one would fail and begin
/// again; in turns, each needs one transaction. The last publisher leaves the head for the next one.
final class PublishTurn: Sendable {
    private struct State: Sendable {
        var isTaken = false
        var head: TopicStore.KnownHead?
        var waiters = WaiterList<Bool>()
        var line: [WaiterList<Bool>.Place] = []
    }

    private let state = NIOLockedValueBox(State())

    /// The number of publishers in line.
    var waiterCount: Int { state.withLockedValue { $0.line.count } }

    /// Calls the body when it is the caller's turn.
    ///
    /// - Parameter body: Publishes onto the head that the last publisher left, if it is known, and replaces it.
    /// - Throws: The error of the body; `CancellationError` if the task is canceled before its turn.
    func take<Output>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (inout TopicStore.KnownHead?) async throws -> Output
    ) async throws -> Output {
        try await wait()
        var head = state.withLockedValue { $0.head }
        defer { pass(on: head) }
        return try await body(&head)
    }

    private func wait() async throws {
        let place = state.withLockedValue { state -> WaiterList<Bool>.Place? in
            guard state.isTaken else {
                state.isTaken = true
                return nil
            }
            let place = state.waiters.enter()
            state.line.append(place)
            return place
        }
        guard let place else { return }
        let isGranted = await WaiterList.value { continuation in
            state.withLockedValue { $0.waiters.wait(continuation, at: place) }
        } onCancel: {
            state.withLockedValue { state -> WaiterList<Bool>.Call? in
                // A place that is no longer in line has its turn, and passes it on.
                guard let position = state.line.firstIndex(of: place) else { return nil }
                state.line.remove(at: position)
                return state.waiters.settle(place, with: false)
            }
        }
        guard isGranted else { throw CancellationError() }
    }

    private func pass(on head: TopicStore.KnownHead?) {
        state.withLockedValue { state -> WaiterList<Bool>.Call? in
            state.head = head
            guard !state.line.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiters.settle(state.line.removeFirst(), with: true)
        }?.resume()
    }
}
