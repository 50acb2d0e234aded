// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// What other threads want of the engine's thread, in the order they asked.
struct Inbox: Sendable {
    enum Command {
        case submit(QueryWaiter)
        case cancel(QueryWaiter)
    }

    private struct State {
        var commands: [Command] = []
        /// The owner has found nothing to do and may be asleep: whoever adds something has to wake it.
        var ownerRests = false
        var isClosed = false
    }

    enum Reception {
        case accepted
        case acceptedAndOwnerRests
        case closed
    }

    private let state = NIOLockedValueBox(State())

    func add(_ command: Command) -> Reception {
        state.withLockedValue { state in
            if state.isClosed { return .closed }
            state.commands.append(command)
            defer { state.ownerRests = false }
            return state.ownerRests ? .acceptedAndOwnerRests : .accepted
        }
    }

    /// Nothing is accepted from now on. Returns false when that was so already.
    func close() -> Bool {
        state.withLockedValue { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
    }

    /// Exchanges the commands for an empty array with room to grow. An owner that gets none is taken to rest.
    ///
    /// - Returns: Whether the inbox has been closed; what it held then is the last it will ever hold.
    func take(into commands: inout [Command]) -> Bool {
        commands.removeAll(keepingCapacity: true)
        return state.withLockedValue { state in
            swap(&state.commands, &commands)
            state.ownerRests = commands.isEmpty
            return state.isClosed
        }
    }
}
