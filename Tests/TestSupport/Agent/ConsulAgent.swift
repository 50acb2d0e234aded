// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A real Consul agent that a test owns, with its own loopback ports and directory. The test stops it; otherwise it
/// ends with the test process.
public final class ConsulAgent: Sendable {
    /// The ports for clients. With a dress, those for DNS and HTTP belong to its proxy.
    public let ports: ConsulAgentPorts
    /// The ports that the agent's own process listens on.
    let ownPorts: ConsulAgentPorts
    /// The kind of agent.
    public let mode: ConsulAgentMode
    /// The listeners in addition to DNS and plain HTTP.
    public let listeners: ConsulAgentListeners

    /// The version that the agent imitates.
    public let dress: AgentDress
    /// The version as clients see it: the imitated one, if there is one.
    public let version: ConsulVersion

    private let program: String
    let files: ConsulAgentFiles
    private let process: WatchedValue<AgentProcess?>
    private let face: AgentFace?

    /// Prepares an agent and its files without launching it.
    init(
        configuration: JSONObject,
        mode: ConsulAgentMode,
        listeners: ConsulAgentListeners = ConsulAgentListeners(),
        dress: AgentDress = .plain,
        ports: ConsulAgentPorts
    ) throws {
        program = try ConsulBinary.locate()
        let ownVersion = try ConsulBinary.version(of: program)
        version = dress.version.flatMap(ConsulVersion.init) ?? ownVersion
        files = try ConsulAgentFiles(
            configuration: configuration,
            mode: mode,
            listeners: listeners,
            ports: ports,
            version: ownVersion
        )
        ownPorts = ports
        self.mode = mode
        self.listeners = listeners
        self.dress = dress
        process = WatchedValue(nil)
        if dress == .plain {
            face = nil
            self.ports = ports
        } else {
            let free = try LoopbackPorts.free(count: 2)
            let dressed = DressedAgent(dress: dress, files: files, ports: ports, facePorts: (free[0], free[1]))
            face = AgentFace(of: dressed)
            self.ports = ports.with(dns: free[0], http: free[1])
        }
    }

    /// Starts an agent and waits until it answers.
    ///
    /// - Parameter configuration: JSON merged, member by member, into the defaults (node `n1`, datacenter `dc1`,
    ///   loopback, free ports).
    /// - Parameter mode: The kind of agent.
    /// - Parameter listeners: The listeners in addition to DNS and plain HTTP; a dress does not cover them.
    /// - Parameter dress: The version to imitate; by default none.
    /// - Parameter limit: The time limit for becoming ready.
    public static func start(
        configuration: String = "{}",
        mode: ConsulAgentMode = .dev,
        listeners: ConsulAgentListeners = ConsulAgentListeners(),
        dress: AgentDress = .plain,
        within limit: Duration = .seconds(60)
    ) async throws -> ConsulAgent {
        let wanted = try JSONObject(parsing: configuration)
        return try await LoopbackPorts.retryingWhenTaken {
            let ports = try ConsulAgentPorts.free(https: listeners.https != nil)
            let agent = try ConsulAgent(
                configuration: wanted,
                mode: mode,
                listeners: listeners,
                dress: dress,
                ports: ports
            )
            do {
                try await agent.launch(within: limit)
            } catch {
                try await agent.stop()
                throw error
            }
            return agent
        }
    }

    /// The agent's node name.
    public var node: String { files.nodeName }

    /// The loopback address that other agents know it by.
    public var address: String { files.settings["bind_addr"]?.string ?? "127.0.0.1" }

    /// The path of the Unix socket of the HTTP API, for an agent that has it.
    public var unixSocket: String? { listeners.unixSocket ? files.socket : nil }

    /// The process ID while the agent runs.
    public var processID: Int32? { process.current?.id }

    /// The end of the agent's log.
    public var logTail: String { files.logTail() }

    /// Returns the number of lines with a text in the agent's log.
    public func count(ofLinesWith text: String) -> Int {
        let log = (try? String(contentsOfFile: files.log, encoding: .utf8)) ?? ""
        return log.split(separator: "\n").count { $0.contains(text) }
    }

    /// Stops the agent, waits until its process has ended and deletes its files. Stopping twice is allowed.
    public func stop() async throws {
        await face?.close()
        try await process.update { $0.take() }?.stop(grace: .seconds(10))
        files.delete()
    }

    /// Ends the agent as a crash would and keeps its files, so that ``restart(within:)`` can start it again.
    public func kill() async throws {
        await face?.close()
        try await process.update { $0.take() }?.kill()
    }

    /// Stops the agent if it runs and starts it again on the same ports, with the data it had written to disk. In the
    /// mode `dev` there is none.
    public func restart(within limit: Duration = .seconds(60)) async throws {
        await face?.close()
        try await process.update { $0.take() }?.stop(grace: .seconds(10))
        try await launch(within: limit)
    }

    /// Suspends the agent: the kernel still accepts connections, but requests are never answered.
    public func pause() async throws {
        try await running().pause()
    }

    /// Resumes a suspended agent.
    public func resume() throws {
        try running().signal(SIGCONT)
    }

    /// Records the token for requests without one.
    func noteDefaultToken(_ secret: String) {
        face?.agent.defaultToken = secret
    }

    private func running() throws -> AgentProcess {
        guard let process = process.current, process.isRunning else { throw ConsulAgentError.notRunning }
        return process
    }

    /// Starts the process and waits until the agent answers.
    func launch(within limit: Duration) async throws {
        let started = try AgentProcess(
            program: program,
            arguments: ["agent"] + mode.arguments + ["-config-file", files.configuration],
            logPath: files.log,
            removingOnDeath: files.directory
        )
        process.update { $0 = started }
        do {
            try await withDeadline(limit, "a consul agent to become ready") {
                try await ConsulAgentReadiness(agent: self, process: started).wait()
            }
        } catch is DeadlineExceeded {
            throw ConsulAgentError.didNotStart(reason: "was not ready within \(limit)", log: files.logTail())
        }
        try await face?.open()
    }
}

/// Starts an agent, calls the body with it, and stops the agent however the body ends.
public func withConsulAgent<Output>(
    configuration: String = "{}",
    mode: ConsulAgentMode = .dev,
    listeners: ConsulAgentListeners = ConsulAgentListeners(),
    dress: AgentDress = .plain,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ConsulAgent) async throws -> Output
) async throws -> Output {
    let agent = try await ConsulAgent.start(
        configuration: configuration,
        mode: mode,
        listeners: listeners,
        dress: dress
    )
    return try await use(agent, in: body) { try await $0.stop() }
}
