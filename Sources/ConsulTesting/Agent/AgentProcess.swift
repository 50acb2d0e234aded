// SPDX-License-Identifier: Apache-2.0

import Subprocess
import TestBasics

/// An agent's process, below a shell that ends it.
///
/// The shell waits for the end of a pipe that only this process writes to. It then sends SIGTERM to the agent, SIGKILL
/// after five seconds, and ends. So the agent also ends if the test process crashes or is killed, which would otherwise
/// leave it behind with its ports. The shell has a process group of its own, so that a Ctrl-C does not end it too early.
final class AgentProcess: Sendable {
    /// The log and the fate of the process.
    struct State: Sendable {
        /// The agent's process ID, as soon as the shell has started it.
        var id: Int32?
        /// The last lines of the log.
        var log: [String] = []
        /// True once the agent has closed its output: it has ended.
        var isOver = false

        fileprivate mutating func append(_ line: String) {
            if id == nil, line.hasPrefix(AgentProcess.mark) {
                id = Int32(line.dropFirst(AgentProcess.mark.count))
                return
            }
            if log.count == 500 { log.removeFirst(250) }
            log.append(line)
        }
    }

    private static let mark = "process of the agent: "

    /// The shell closes its own output, so that the output ends with the agent.
    private static let script = """
        "$@" &
        agent=$!
        trap '' HUP INT QUIT TERM
        echo "\(mark)$agent"
        exec >&- 2>&-
        read -r word
        kill -TERM "$agent"
        step=0
        while [ "$step" -lt 50 ] && kill -0 "$agent"; do
            sleep 0.1
            step=$((step + 1))
        done
        kill -KILL "$agent"
        wait "$agent"
        """

    let state = WatchedValue(State())
    private let orders: AsyncStream<Never>.Continuation
    private let shell: Task<Void, Never>

    /// Starts the program with its arguments.
    init(_ command: [String]) {
        let (stopping, orders) = AsyncStream.makeStream(of: Never.self)
        self.orders = orders
        // A task of its own: a test that is canceled has to stop its agent all the same.
        shell = Task { [state] in
            var options = PlatformOptions()
            options.processGroupID = 0
            do {
                _ = try await Subprocess.run(
                    .name("sh"),
                    arguments: Arguments(["-c", Self.script, "sh"] + command),
                    platformOptions: options,
                    input: .inputWriter,
                    output: .sequence,
                    error: .combinedWithOutput
                ) { execution in
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask {
                            do {
                                for try await line in execution.standardOutput.strings() {
                                    state.update { $0.append(line) }
                                }
                            } catch {
                                state.update { $0.append("the log cannot be read: \(error)") }
                            }
                            state.update { $0.isOver = true }
                        }
                        for await _ in stopping {}
                        try? await execution.standardInputWriter.finish()
                    }
                }
            } catch {
                state.update { $0.append("the shell that runs the agent failed: \(error)") }
            }
            state.update { $0.isOver = true }
        }
    }

    deinit { orders.finish() }

    /// Ends the agent, and returns when its process is gone: after about six seconds at most.
    func stop() async {
        orders.finish()
        await shell.value
    }
}
