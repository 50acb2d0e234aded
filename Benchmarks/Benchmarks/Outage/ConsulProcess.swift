// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// An agent that is a single server and persists its data, so that it can be ended and started again.
final class ConsulProcess: Sendable {
    /// The ports on the loopback interface.
    struct Ports {
        let dns, http, serfLAN, serfWAN, server: Int

        /// Returns ports without a listener.
        static func free() async throws -> Ports {
            var sockets: [any Channel] = []
            for _ in 0..<5 {
                let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                sockets.append(try await bootstrap.bind(host: "127.0.0.1", port: 0).get())
            }
            let ports = sockets.map { $0.localAddress!.port! }
            for socket in sockets { try await socket.close() }
            return Ports(dns: ports[0], http: ports[1], serfLAN: ports[2], serfWAN: ports[3], server: ports[4])
        }
    }

    private struct Running {
        let shell: Process
        let input: Pipe
        let agent: pid_t
    }

    private let program: String
    private let directory: String
    private let flags: [String]
    private let running = NIOLockedValueBox<Running?>(nil)

    /// Creates an agent of this program, with flags that only some versions accept.
    init(program: String, directory: String, flags: [String]) {
        self.program = program
        self.directory = directory
        self.flags = flags
    }

    /// Runs the agent under a shell that ends it when the shell's input ends, in whatever way this program ends.
    private static let script = #"log=$1; shift; "$@" >>"$log" 2>&1 & echo $!; cat >/dev/null; kill -9 $!; wait $!"#

    /// Starts the agent, with instances of the service `web`.
    func start(_ ports: Ports, instances: Int) throws {
        let (shell, input, output) = (Process(), Pipe(), Pipe())
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments =
            ["-c", Self.script, "sh", "\(directory)/log", program, "agent"]
            + arguments(ports, instances: instances)
        shell.standardInput = input
        shell.standardOutput = output
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let agent = pid_t(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            fatalError("the shell has said \(line)")
        }
        running.withLockedValue { $0 = Running(shell: shell, input: input, agent: agent) }
    }

    /// Ends the agent as a crash would; without effect if it is not running.
    func end() {
        guard let running = running.withLockedValue({ $0.take() }) else { return }
        try? running.input.fileHandleForWriting.close()
        running.shell.waitUntilExit()
    }

    func freeze() { signal(SIGSTOP) }
    func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        if let running = running.withLockedValue({ $0 }) { kill(running.agent, number) }
    }

    private func arguments(_ ports: Ports, instances: Int) -> [String] {
        let services = (1...instances).map {
            #"{"id": "web-\#($0)", "name": "web", "address": "10.0.0.\#($0)", "port": 80}"#
        }
        return [
            "-server", "-bootstrap-expect=1", "-node=bench", "-bind=127.0.0.1", "-data-dir=\(directory)/data",
            "-dns-port=\(ports.dns)", "-http-port=\(ports.http)", "-serf-lan-port=\(ports.serfLAN)",
            "-serf-wan-port=\(ports.serfWAN)", "-server-port=\(ports.server)", "-grpc-port=-1",
            "-hcl", #"{"performance": {"raft_multiplier": 1}, "services": [\#(services.joined(separator: ", "))]}"#,
        ] + flags
    }
}
