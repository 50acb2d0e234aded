// SPDX-License-Identifier: Apache-2.0

import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Keeps Ctrl-Z (SIGTSTP) from stopping the command or this process while the command runs.
///
/// A terminal sends the signal to the process group in the foreground only. If that is the command, it would stop while
/// this process renews its lock, and the shell would wait for a program that waits for a stopped one. If it is this
/// process, because standard input is not the terminal, the command would run on while its lock is no longer renewed.
/// Stopping both is no way out: when they go on, the command writes before its lock is known to be lost.
///
/// So this process ignores the signal, and continues a command that it has stopped. SIGSTOP stops both as usual.
struct SuspensionGuard {
    private let previous: (@convention(c) (Int32) -> Void)?

    /// Begins to ignore the signal.
    init() { previous = signal(SIGTSTP, SIG_IGN) }

    /// Restores the former treatment of the signal by this process.
    func end() { _ = signal(SIGTSTP, previous) }

    /// Continues the command whenever the signal has stopped it, until it ends.
    static func watch(_ command: pid_t, named name: String) {
        // `waitid` blocks a thread. With `WNOWAIT` it leaves the end of the command to others.
        DispatchQueue(label: "consul-resolve.suspension").async {
            var isSaid = false
            while let event = next(command, WSTOPPED | WEXITED | WNOWAIT), event.si_code == CLD_STOPPED {
                guard let stop = next(command, WSTOPPED | WNOHANG), stop.stopSignal == SIGTSTP else { continue }
                if !isSaid { Terminal.say("\(name) goes on: Ctrl-Z does not stop what consul-resolve runs") }
                isSaid = true
                kill(-command, SIGCONT)
            }
        }
    }

    /// Waits for a change of the child's state; `nil` if the child is gone.
    private static func next(_ child: pid_t, _ options: Int32) -> siginfo_t? {
        var event = siginfo_t()
        while waitid(P_PID, id_t(child), &event, options) != 0 {
            if errno != EINTR { return nil }
        }
        return event
    }
}

extension siginfo_t {
    /// The signal that stopped the child.
    fileprivate var stopSignal: Int32 {
        #if canImport(Glibc)
        _sifields._sigchld.si_status
        #elseif canImport(Musl)
        __si_fields.__si_common.__second.__sigchld.si_status
        #elseif canImport(Darwin)
        si_status
        #endif
    }
}
