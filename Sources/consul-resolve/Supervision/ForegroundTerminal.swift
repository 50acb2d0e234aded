// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The terminal of this process, which the command has while it runs: only processes of the foreground group may read
/// from it, and Ctrl-C reaches them alone.
///
/// Without a terminal, or in the background, nothing is handed over. ``SuspensionGuard`` handles Ctrl-Z.
struct ForegroundTerminal: Sendable {
    private let isOurs: Bool

    /// Checks whether this process is in the foreground of a terminal.
    init() {
        isOurs = isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp()
        // A process in the background that moves the foreground back would be stopped.
        if isOurs { signal(SIGTTOU, SIG_IGN) }
    }

    /// Makes a process group the one in the foreground. The command may have been stopped by a read before this.
    func give(to group: pid_t) {
        guard isOurs, tcsetpgrp(STDIN_FILENO, group) == 0 else { return }
        kill(-group, SIGCONT)
    }

    /// Puts this process back into the foreground.
    func takeBack() {
        if isOurs { _ = tcsetpgrp(STDIN_FILENO, getpgrp()) }
    }
}
