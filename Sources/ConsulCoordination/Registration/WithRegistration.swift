// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP
public import Logging

extension ConsulHTTPClient {
    /// Keeps a service registered with the local agent for the duration of a closure, and deregisters it however the
    /// closure ends.
    ///
    /// ```swift
    /// try await consul.withRegistration(of: ServiceDescription(name: "web", port: 8080)) { registrar in
    ///     try await serveUntilSignal()
    ///     await registrar.shutdown()     // callers leave while the server still answers
    ///     try await server.stop()
    /// }
    /// ```
    ///
    /// The closure begins at once, also while Consul does not answer; ``ServiceRegistrar/statuses`` tells when the
    /// service is registered. Shutdown begins when the closure ends, when it calls ``ServiceRegistrar/shutdown()``, or
    /// with graceful shutdown.
    ///
    /// - Parameters:
    ///   - service: The service.
    ///   - configuration: The settings.
    ///   - logger: The destination of log messages, as in
    ///     ``ServiceRegistrar/init(_:_:configuration:logger:health:)``.
    ///   - health: Returns the health of the instance, as in
    ///     ``ServiceRegistrar/init(_:_:configuration:logger:health:)``.
    ///   - isolation: The actor that the closure runs on; by default the caller's.
    ///   - body: The use of the registration.
    /// - Returns: The closure's result, after the shutdown.
    /// - Throws: The errors of ``ServiceRegistrar/init(_:_:configuration:logger:health:)``, and those of the closure.
    @discardableResult
    public func withRegistration<Output>(
        of service: ServiceDescription,
        configuration: ServiceRegistrar.Configuration = .init(),
        logger: Logger? = nil,
        health: (@Sendable () async throws -> ServiceHealth)? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ServiceRegistrar) async throws -> Output
    ) async throws -> Output {
        let registrar = try ServiceRegistrar(
            self,
            service,
            configuration: configuration,
            logger: logger,
            health: health
        )
        let running = Task { try? await registrar.run() }
        let result: Result<Output, any Error>
        do { result = .success(try await body(registrar)) } catch { result = .failure(error) }
        // In a task of its own, which the caller's cancellation does not reach.
        await Task {
            await registrar.shutdown()
            await running.value
        }.value
        return try result.get()
    }
}
