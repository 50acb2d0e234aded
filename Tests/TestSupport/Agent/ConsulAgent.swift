// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A real Consul agent that a test owns: its own loopback ports, its own directory, stopped when the test says so and,
/// failing that, when the test process ends.
public final class ConsulAgent: Sendable {
    /// The ports at which it is asked; those of a proxy for DNS and HTTP, if it is dressed.
    public let ports: ConsulAgentPorts
    /// The ports that the agent's own process listens on.
    let ownPorts: ConsulAgentPorts
    /// What kind of agent it is.
    public let mode: ConsulAgentMode
    /// What it listens on beside DNS and plain HTTP.
    public let listeners: ConsulAgentListeners

    /// The version as which it answers.
    public let dress: AgentDress
    /// Its version, which is that of its dress.
    public let version: ConsulVersion

    private let program: String
    let files: ConsulAgentFiles
    private let process: WatchedValue<AgentProcess?>
    private let face: AgentFace?

    /// An agent that has its files and has yet to be launched.
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
    /// - Parameter configuration: JSON laid over the basics (node `n1`, datacenter `dc1`, loopback, free ports);
    ///   objects in it are merged member by member.
    /// - Parameter mode: What kind of agent.
    /// - Parameter listeners: What it listens on beside DNS and plain HTTP; a dress does not cover that.
    /// - Parameter dress: The version as which it answers; as itself by default.
    /// - Parameter limit: How long it may take to become ready.
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

    /// The path of the socket at which the HTTP API can be had, for an agent that has it.
    public var unixSocket: String? { listeners.unixSocket ? files.socket : nil }

    /// The process's identifier, while there is one.
    public var processID: Int32? { process.current?.id }

    /// The end of what the agent has logged.
    public var logTail: String { files.logTail() }

    /// Stops the agent, waits until its process is gone and deletes its files. Stopping twice is fine.
    public func stop() async throws {
        await face?.close()
        try await process.update { $0.take() }?.stop(grace: .seconds(10))
        files.delete()
    }

    /// Ends the agent as a crash would and keeps its files, so that ``restart(within:)`` can bring it back.
    public func kill() async throws {
        await face?.close()
        try await process.update { $0.take() }?.kill()
    }

    /// Stops the agent if it runs and starts it again on the same ports, with what it had written to disk: nothing in
    /// the mode `dev`.
    public func restart(within limit: Duration = .seconds(60)) async throws {
        await face?.close()
        try await process.update { $0.take() }?.stop(grace: .seconds(10))
        try await launch(within: limit)
    }

    /// Freezes the agent: connections are still accepted by the kernel, and nothing is ever answered.
    public func pause() async throws {
        try await running().pause()
    }

    /// Lets a frozen agent go on.
    public func resume() throws {
        try running().signal(SIGCONT)
    }

    /// Notes the token of those who bring none.
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

/// Starts an agent, hands it to the body, and stops it however the body ends.
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
    let result: Result<Output, any Error>
    do { result = .success(try await body(agent)) } catch { result = .failure(error) }
    try await agent.stop()
    return try result.get()
}
