// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
public import Logging

/// Creates a resolver for the duration of a closure, and shuts it down however the closure ends.
///
/// ```swift
/// try await withServiceResolver { resolver in
///     print(try await resolver.resolve("web").endpoints)
/// }
/// ```
///
/// - Parameters:
///   - configuration: The configuration; by default that of the environment, as ``ServiceResolver/init()`` reads it.
///   - logger: The destination of log messages, as in ``ServiceResolver/init(configuration:logger:metrics:)``.
///   - metrics: The factory of the resolver's metrics; by default the one of `MetricsSystem`.
///   - isolation: The actor that the closure runs on; by default the caller's.
///   - body: The use of the resolver. The resolver is shut down when it returns or throws, which takes six seconds at most.
/// - Returns: The closure's result.
/// - Throws: The errors of ``ServiceResolver/init(configuration:logger:metrics:)``, and those of the closure.
public func withServiceResolver<Output>(
    configuration: ServiceResolver.Configuration? = nil,
    logger: Logger? = nil,
    metrics: (any MetricsFactory)? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ServiceResolver) async throws -> Output
) async throws -> Output {
    let resolver = try ServiceResolver(
        configuration: configuration ?? .fromProcessEnvironment(),
        logger: logger,
        metrics: metrics
    )
    let result: Result<Output, any Error>
    do { result = .success(try await body(resolver)) } catch { result = .failure(error) }
    await resolver.shutdown()
    return try result.get()
}
