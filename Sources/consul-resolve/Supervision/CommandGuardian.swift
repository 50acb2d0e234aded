// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Subprocess

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A shell that ends the command when this process is killed, and cannot end it itself.
///
/// The shell reads from a pipe that only this process writes to. The first line is the process group of the command, and
/// `over` dismisses the shell. The end of the pipe without it means that this process is gone: then the group receives
/// SIGTERM, and SIGKILL after the grace period. The shell has a process group of its own, so that signals for the command
/// or for this process do not reach it.
///
/// Linux could do part of this itself, by `PR_SET_PDEATHSIG`. But that reaches the command without its children, fires
/// when the *thread* that started the command ends, and does not exist elsewhere. Without `sh` in /bin or /usr/bin, or if
/// the shell is killed as well, the command goes on; so it does if this process is killed at the moment in which it has
/// started the command and not yet told the shell.
struct CommandGuardian {
    /// Steps of a tenth of the grace period end the wait early, when the group is gone.
    private static let script = """
        trap '' HUP INT QUIT TERM
        read -r group || exit 0
        [ "$group" = over ] && exit 0
        read -r word && exit 0
        kill -TERM "-$group"
        step=0
        while [ "$step" -lt 10 ] && kill -0 "-$group"; do
            sleep "$1"
            step=$((step + 1))
        done
        kill -KILL "-$group"
        """

    private let orders: AsyncStream<String>.Continuation
    private let shell: Task<Void, Never>

    /// Starts the shell.
    ///
    /// - Parameter grace: The time between SIGTERM and SIGKILL.
    init(grace: Duration) async {
        let (lines, orders) = AsyncStream.makeStream(of: String.self)
        let (starts, isStarted) = AsyncStream.makeStream(of: Never.self)
        self.orders = orders
        // A task of its own, because the guardian is needed most while the caller's task is being canceled.
        shell = Task {
            defer { isStarted.finish() }
            var options = PlatformOptions()
            options.processGroupID = 0
            _ = try? await Subprocess.run(
                .name("sh"),
                arguments: ["-c", Self.script, "guardian", (grace.milliseconds / 10_000).decimal],
                environment: .custom(["PATH": "/bin:/usr/bin"]),
                platformOptions: options,
                input: .inputWriter,
                output: .discarded,
                error: .discarded
            ) { execution in
                isStarted.finish()
                for await line in lines { _ = try await execution.standardInputWriter.write(line + "\n") }
            }
        }
        // The command starts after the shell, so that there is no moment without it.
        for await _ in starts {}
    }

    /// Guards the process group of the command from now on.
    func guardGroup(_ group: pid_t) { orders.yield("\(group)") }

    /// Ends the shell, after the command has ended.
    func dismiss() async {
        orders.yield("over")
        orders.finish()
        await shell.value
    }
}
