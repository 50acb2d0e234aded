// SPDX-License-Identifier: Apache-2.0

#if Tracing

import ConsulHTTP
public import CoreMetrics
public import Logging
import ResolverSupport
public import Tracing

extension ServiceResolver {
    /// Creates a resolver whose lookups have spans of a tracer (trait `Tracing`).
    ///
    /// A resolver without this argument uses the tracer of `InstrumentationSystem`, which has to be bootstrapped before
    /// the resolver is created. A lookup that the cache does not answer at once has a span `consul.resolve` of the kind
    /// `client`, with the attributes `consul.service`, `consul.outcome` (`endpoints`, `empty`, `unknown`),
    /// `consul.endpoints` (their number), `consul.complete`, `consul.stale`, `consul.source`, `consul.reason`,
    /// `consul.alternative` and, for an unknown outcome, `error.type`. Its requests over HTTP have spans as those of a
    /// `ConsulHTTPClient`. A hit has no span, and neither has a pick. The tasks that follow services have none: they have no
    /// caller.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: As in ``init(configuration:logger:metrics:)``.
    ///   - metrics: As in ``init(configuration:logger:metrics:)``.
    ///   - tracer: The tracer.
    /// - Throws: The errors of ``init(configuration:logger:metrics:)``.
    public convenience init(
        configuration: Configuration,
        logger: Logger? = nil,
        metrics: (any MetricsFactory)? = nil,
        tracer: any Tracer
    ) throws {
        try self.init(
            configuration: configuration,
            logger: logger,
            metrics: metrics,
            time: .continuous,
            tracing: RequestTracing(tracer)
        )
    }
}

#endif
