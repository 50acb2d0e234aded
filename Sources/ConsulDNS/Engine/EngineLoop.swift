// SPDX-License-Identifier: Apache-2.0

#if DNS

import CAres

/// The loop on the engine's thread: waits for sockets, performs the commands of the inbox, resumes waiters.
struct EngineLoop {
    private let loop: OpaquePointer
    private let inbox: Inbox
    private let core: EngineCore

    /// Commands that are performed before the loop returns to the sockets and the clock. The shim bounds what one round
    /// reads.
    private static let commandsPerRound = 1024

    init(loop: OpaquePointer, inbox: Inbox, core: EngineCore) {
        self.loop = loop
        self.inbox = inbox
        self.core = core
    }

    /// Runs until the inbox has been closed and all waiters have been resumed.
    func run() {
        var isClosed = false
        var commands: [Inbox.Command] = []
        // The number of `commands` that have been performed.
        var performed = 0
        var finished: [FinishedQuery] = []
        while true {
            if performed == commands.count {
                isClosed = inbox.take(into: &commands, givesTurn: core.isQuiet)
                performed = 0
            }
            if !commands.isEmpty {
                let end = min(performed + EngineLoop.commandsPerRound, commands.count)
                core.perform(commands[performed..<end], endedInto: &finished)
                FinishedQuery.resume(&finished)
                performed = end
            }
            if isClosed, performed == commands.count { break }
            // After a batch of commands more may have arrived: the loop polls the sockets, but sleeps only once the
            // inbox has been found empty.
            ca_loop_wait(loop, commands.isEmpty ? core.patience() : 0)
            inbox.ownerWakes()
            core.serve(endedInto: &finished)
            FinishedQuery.resume(&finished)
        }
        core.close(endedInto: &finished)
        FinishedQuery.resume(&finished)
    }
}

#endif
