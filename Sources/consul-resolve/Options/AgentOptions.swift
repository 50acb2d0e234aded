// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulCoordination
import ConsulHTTP
import ResolverSupport

#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#elseif canImport(Darwin)
@preconcurrency import Darwin
#endif

/// The options of commands that coordinate programs: the agent's HTTP API, and the datacenter.
struct AgentOptions: ParsableArguments {
    @OptionGroup var http: HTTPOptions

    @Option(help: ArgumentHelp("The datacenter; the agent's own by default.", valueName: "dc"))
    var datacenter: String?

    func validate() throws {
        if datacenter?.isEmpty == true {
            throw ValidationError("--datacenter is empty; leave it out for the agent's own")
        }
    }

    /// Calls the body with a client of the agent, for the datacenter of these options.
    func withClient<Output: Sendable>(
        _ body: @Sendable (ConsulHTTPClient) async throws -> Output
    ) async throws -> Output {
        try await http.withClient(datacenter: datacenter, body)
    }
}

extension HTTPOptions {
    /// Calls the body with a client of the agent, and shuts the client down.
    ///
    /// - Parameter datacenter: The datacenter of requests; `nil`, the default, for the agent's own.
    /// - Throws: The body's errors; those of Consul and of coordination as exit statuses, with the reason on standard
    ///   error. `ValidationError` for an argument that Consul cannot accept, and for an invalid environment variable.
    func withClient<Output: Sendable>(
        datacenter: String? = nil,
        _ body: @Sendable (ConsulHTTPClient) async throws -> Output
    ) async throws -> Output {
        try checkTokenFile()
        let client: ConsulHTTPClient
        do {
            client = try ConsulHTTPClient(configuration: try configuration(datacenter: datacenter))
        } catch let error as ConsulHTTPError {
            throw Terminal.failure("cannot query Consul: \(error)")
        }
        let result: Result<Output, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        await BoundedTask.wait { await client.shutdown() }
        do {
            return try result.get()
        } catch let error as ConsulHTTPError {
            throw Terminal.failure("cannot query Consul: \(error)")
        } catch let error as CoordinationError {
            if error.code == .invalidArgument || error.code == .tooLarge { throw ValidationError("\(error)") }
            throw Terminal.failure("\(error)")
        }
    }

    /// Returns the configuration that flags and environment describe; flags take precedence.
    private func configuration(datacenter: String?) throws -> ConsulHTTPConfiguration {
        var variables: [String: String] = [:]
        for name in ConsulHTTPConfiguration.environmentVariables {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        do {
            var configuration = try ConsulHTTPConfiguration(environment: variables.merging(overrides) { $1 })
            configuration.datacenter = datacenter ?? configuration.datacenter
            return configuration
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
