// SPDX-License-Identifier: Apache-2.0

#if DNS

import NIOConcurrencyHelpers

/// The commands of other threads for the engine's thread, in the order in which they were added, and the decision which
/// thread performs them.
///
/// The owner is the engine's thread. When it rests and nothing is under way, the next caller that submits a query has a
/// *turn*: it performs the submission itself, which saves waking the owner. All other callers add a command, and rely on
/// the owner and on the caller with the turn to look into the inbox before the owner rests again.
struct Inbox: Sendable {
    enum Command {
        case submit(QueryWaiter)
        case cancel(QueryWaiter)
    }

    private enum Owner {
        /// The owner found the inbox empty, and is asleep or about to be.
        case rests
        /// The owner rests, and a caller has a turn.
        case isRepresented
        /// The owner takes the commands before it rests.
        case isAwake
    }

    private struct State {
        var commands: [Command] = []
        var owner = Owner.isAwake
        /// True if the next caller has a turn while the owner rests.
        var givesTurn = false
        var isClosed = false
    }

    enum Reception {
        case accepted
        /// The owner rests: the caller has to wake it.
        case acceptedAndOwnerRests
        /// The caller has a turn: it performs the command, which was not added, and then calls ``endTurn()``.
        case turn
        case closed
    }

    private let state = NIOLockedValueBox(State())

    /// Adds the submission of a query, or gives the caller a turn to perform it. Commands are performed in the order in
    /// which they were added: a turn begins only while there are none.
    func submit(_ waiter: QueryWaiter) -> Reception {
        state.withLockedValue { state in
            if state.owner == .rests, state.givesTurn, !state.isClosed {
                state.givesTurn = false
                state.owner = .isRepresented
                return .turn
            }
            return add(.submit(waiter), to: &state)
        }
    }

    /// Adds a command.
    func add(_ command: Command) -> Reception {
        state.withLockedValue { add(command, to: &$0) }
    }

    private func add(_ command: Command, to state: inout State) -> Reception {
        if state.isClosed { return .closed }
        state.commands.append(command)
        guard state.owner == .rests else { return .accepted }
        state.owner = .isAwake
        return .acceptedAndOwnerRests
    }

    /// Ends a turn.
    ///
    /// - Returns: True if commands have arrived meanwhile, for which the caller has to wake the owner.
    func endTurn() -> Bool {
        state.withLockedValue { state in
            guard state.owner == .isRepresented else { return false }
            state.owner = state.commands.isEmpty ? .rests : .isAwake
            return state.owner == .isAwake
        }
    }

    /// Records that the owner no longer rests. Commands are left to it from now on.
    func ownerWakes() {
        state.withLockedValue { $0.owner = .isAwake }
    }

    /// Closes the inbox, which then refuses all commands. Returns false if it was already closed.
    func close() -> Bool {
        state.withLockedValue { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
    }

    /// Swaps the commands for an empty array with spare capacity. If there were none, the owner counts as resting.
    ///
    /// - Parameter givesTurn: True if the next caller has a turn while the owner rests.
    /// - Returns: True if the inbox has been closed; these commands are then the last ones.
    func take(into commands: inout [Command], givesTurn: Bool) -> Bool {
        commands.removeAll(keepingCapacity: true)
        return state.withLockedValue { state in
            swap(&state.commands, &commands)
            if commands.isEmpty { (state.owner, state.givesTurn) = (.rests, givesTurn) }
            return state.isClosed
        }
    }
}

#endif
