// SPDX-License-Identifier: Apache-2.0

#if Tracing

import ConsulHTTP
import ResolutionModel
import ResolverSupport
import Tracing

/// The outermost layer of a resolution with tracing: a span for each lookup that the cache does not answer at once.
///
/// Hits and picks never pass it.
struct TracedSource: ResolutionSource {
    private let upstream: any ResolutionSource
    private let tracing: RequestTracing

    /// - Parameter upstream: The source of the resolutions.
    init(over upstream: any ResolutionSource, _ tracing: RequestTracing) {
        (self.upstream, self.tracing) = (upstream, tracing)
    }

    /// Returns a source with a span for each lookup if there is a tracer, and the source itself otherwise.
    static func tracing(_ source: any ResolutionSource, by tracing: RequestTracing) -> any ResolutionSource {
        tracing.tracer == nil ? source : TracedSource(over: source, tracing)
    }

    func validate(_ request: ServiceRequest) throws { try upstream.validate(request) }

    func confirm(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution? {
        try await upstream.confirm(request, deadline: deadline)
    }

    func resolve(_ request: ServiceRequest, deadline: Deadline, hasStaleAnswer: Bool) async throws -> Resolution {
        guard let tracer = tracing.active else {
            return try await upstream.resolve(request, deadline: deadline, hasStaleAnswer: hasStaleAnswer)
        }
        let span = tracer.startAnySpan("consul.resolve", ofKind: .client)
        defer { span.end() }
        span.attributes["consul.service"] = "\(request)"
        do {
            let resolution = try await InstrumentationContext.$current.withValue(span.context) {
                try await upstream.resolve(request, deadline: deadline, hasStaleAnswer: hasStaleAnswer)
            }
            span.describe(resolution)
            return resolution
        } catch {
            span.fail(error)
            throw error
        }
    }
}

extension Tracing.Span {
    /// Adds the attributes of a resolution. An unknown outcome is a failure of the span.
    fileprivate func describe(_ resolution: Resolution) {
        attributes["consul.source"] = "\(resolution.source)"
        attributes["consul.stale"] = resolution.isStale
        if let alternative = resolution.alternative { attributes["consul.alternative"] = "\(alternative)" }
        switch resolution.outcome {
        case .endpoints(let endpoints):
            attributes["consul.outcome"] = "endpoints"
            attributes["consul.endpoints"] = endpoints.count
            attributes["consul.complete"] = resolution.isComplete
        case .empty(let reason):
            attributes["consul.outcome"] = "empty"
            if let reason { attributes["consul.reason"] = "\(reason)" }
        case .unknown(let failure):
            attributes["consul.outcome"] = "unknown"
            fail(as: failure.attempts.last.map { "\($0.code)" } ?? "unknown")
        }
    }
}

#endif
