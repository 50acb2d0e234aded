// SPDX-License-Identifier: Apache-2.0

#if DNS

import NIOConcurrencyHelpers

/// The commands of other threads for the engine's thread, in the order in which they were added.
struct Inbox: Sendable {
    enum Command {
        case submit(QueryWaiter)
        case cancel(QueryWaiter)
    }

    private struct State {
        var commands: [Command] = []
        /// True if the owner found the inbox empty and may be asleep: the next command has to wake it.
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

    /// Closes the inbox, which then refuses all commands. Returns false if it was already closed.
    func close() -> Bool {
        state.withLockedValue { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
    }

    /// Swaps the commands for an empty array with spare capacity. If there were none, the owner counts as asleep.
    ///
    /// - Returns: True if the inbox has been closed; these commands are then the last ones.
    func take(into commands: inout [Command]) -> Bool {
        commands.removeAll(keepingCapacity: true)
        return state.withLockedValue { state in
            swap(&state.commands, &commands)
            state.ownerRests = commands.isEmpty
            return state.isClosed
        }
    }
}

#endif
