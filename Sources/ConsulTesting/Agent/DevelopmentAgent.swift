// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
public import ConsulResolver
import TestBasics

/// A Consul agent for one test or one suite: `consul agent -dev` on free ports of 127.0.0.1, with all of its data in memory.
///
/// ```swift
/// try await withDevelopmentAgent { agent in
///     try await agent.register("web", port: 8080)
///     let resolver = try ServiceResolver(configuration: agent.configuration)
///     ...
/// }
/// ```
///
/// The program is the one of the environment variable `CONSUL_BIN`, by default the first `consul` in `PATH`. This package
/// runs it with Consul 1.8.7. The agent ends with the test process, however that ends, and when its last reference is gone.
public final class DevelopmentAgent: Sendable {
    /// The DNS port, UDP and TCP.
    public let dns: HostPort

    /// The port of the HTTP API, without TLS.
    public let http: HostPort

    /// The process ID of the agent.
    public let processID: Int32

    let client: ConsulHTTPClient
    private let process: AgentProcess

    private init(_ process: AgentProcess, id: Int32, dns: HostPort, http: HostPort) throws {
        (self.process, processID, self.dns, self.http) = (process, id, dns, http)
        client = try ConsulHTTPClient(configuration: Self.configuration(dns: dns, http: http).http)
    }

    /// The default configuration with this agent's addresses.
    public var configuration: ResolverConfiguration { Self.configuration(dns: dns, http: http) }

    /// The environment variables with this agent's addresses, for other programs: `CONSUL_DNS_ADDR` (of this library's
    /// programs) and `CONSUL_HTTP_ADDR`.
    public var environment: [String: String] {
        ["CONSUL_DNS_ADDR": dns.description, "CONSUL_HTTP_ADDR": http.description]
    }

    /// The last lines of the agent's log.
    public var log: String { process.state.current.log.suffix(100).joined(separator: "\n") }

    private static func configuration(dns: HostPort, http: HostPort) -> ResolverConfiguration {
        var configuration = ResolverConfiguration()
        configuration.dns.nameservers = [dns]
        configuration.http.address = ConsulHTTPAddress(http, usesTLS: false)
        return configuration
    }

    // MARK: Start and end

    /// Starts an agent, and returns when it has a leader and answers over DNS and HTTP. Call ``stop()`` at the end, or use
    /// ``withDevelopmentAgent(settings:within:isolation:_:)``.
    ///
    /// - Parameters:
    ///   - settings: Settings in Consul's configuration language or in JSON, such as `{"session_ttl_min": "200ms"}`.
    ///     Requests without a token have to be permitted. Empty by default.
    ///   - limit: The time limit. Default 60 s; an idle machine takes about two.
    /// - Throws: ``DevelopmentAgentError``, with the end of the agent's log; `CancellationError`.
    public static func start(
        settings: String? = nil,
        within limit: Duration = .seconds(60)
    ) async throws -> DevelopmentAgent {
        let program = try await ConsulProgram()
        var attempts = 1
        while true {
            do {
                return try await start(program, settings, within: limit)
            } catch let error as DevelopmentAgentError {
                // Another program has taken a port between the search for free ones and the start.
                guard attempts < 4, error.description.contains("address already in use") else { throw error }
                attempts += 1
            }
        }
    }

    private static func start(
        _ program: ConsulProgram,
        _ settings: String?,
        within limit: Duration
    ) async throws -> DevelopmentAgent {
        let ports = try LoopbackPorts.free(count: 5)
        let process = AgentProcess(command(program, ports: ports, settings: settings))
        do {
            return try await withDeadline(limit, "a consul agent to be ready") {
                let started = try await process.state.wait { $0.id != nil || $0.isOver }
                guard let id = started.id else { throw failure("ended at once", of: process) }
                let agent = try DevelopmentAgent(
                    process,
                    id: id,
                    dns: HostPort(host: .address(.v4(.loopback)), port: UInt16(ports[0])),
                    http: HostPort(host: .address(.v4(.loopback)), port: UInt16(ports[1]))
                )
                try await agent.waitUntilReady()
                return agent
            }
        } catch {
            await process.stop()
            guard error is DeadlineExceeded else { throw error }
            throw failure("was not ready within \(limit)", of: process)
        }
    }

    /// Stops the agent, and returns when its process has ended: after about six seconds at most. Further calls have no
    /// effect.
    public func stop() async {
        await client.shutdown()
        await process.stop()
    }

    private static func command(_ program: ConsulProgram, ports: [Int], settings: String?) -> [String] {
        var command = [
            program.path, "agent", "-dev", "-node", "consul-testing", "-bind", "127.0.0.1", "-client", "127.0.0.1",
            "-dns-port", "\(ports[0])", "-http-port", "\(ports[1])", "-server-port", "\(ports[2])",
            "-serf-lan-port", "\(ports[3])", "-serf-wan-port", "\(ports[4])", "-grpc-port", "-1", "-https-port", "-1",
            "-log-level", "warn", "-hcl", "disable_update_check = true",
        ]
        // Since 1.14 an agent opens a second port for gRPC; before, the setting is an error.
        if program.version >= ConsulVersion(1, 14) { command += ["-hcl", "ports { grpc_tls = -1 }"] }
        if let settings { command += ["-hcl", settings] }
        return command
    }

    private static func failure(_ event: String, of process: AgentProcess) -> DevelopmentAgentError {
        let log = process.state.current.log.suffix(30).joined(separator: "\n")
        return DevelopmentAgentError(.didNotStart, "the consul agent \(event); the end of its log:\n\(log)")
    }

    // MARK: Readiness

    /// Waits until the agent, which is an instance of the service `consul`, is found over DNS and over HTTP: then it has a
    /// leader.
    private func waitUntilReady() async throws {
        for strategy in [ResolverConfiguration.Strategy.dns, .http] {
            var configuration = configuration
            configuration.strategy = strategy
            configuration.cache = nil
            try await withServiceResolver(configuration: configuration) { resolver in
                while try await resolver.resolve("consul", timeout: .seconds(1)).endpoints.isEmpty {
                    if process.state.current.isOver { throw Self.failure("ended", of: process) }
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
        }
    }
}

/// Starts an agent for the duration of a closure, and stops it however the closure ends.
///
/// - Parameters:
///   - settings: Settings as in ``DevelopmentAgent/start(settings:within:)``.
///   - limit: The time limit of the start. Default 60 s.
///   - isolation: The actor that the closure runs on; by default the caller's.
///   - body: The use of the agent.
/// - Returns: The closure's result.
/// - Throws: The errors of ``DevelopmentAgent/start(settings:within:)``, and those of the closure.
public func withDevelopmentAgent<Output>(
    settings: String? = nil,
    within limit: Duration = .seconds(60),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (DevelopmentAgent) async throws -> Output
) async throws -> Output {
    let agent = try await DevelopmentAgent.start(settings: settings, within: limit)
    let result: Result<Output, any Error>
    do { result = .success(try await body(agent)) } catch { result = .failure(error) }
    await agent.stop()
    return try result.get()
}
