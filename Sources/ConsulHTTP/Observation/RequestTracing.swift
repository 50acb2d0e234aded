// SPDX-License-Identifier: Apache-2.0

#if Tracing
package import Tracing
#endif

/// The tracer of a client's requests. Empty without the trait `Tracing`.
package struct RequestTracing: Sendable {
    #if Tracing
    /// The tracer; `nil` if there is none, so that no span is prepared in vain.
    package let tracer: (any Tracer)?

    /// - Parameter tracer: The tracer; `nil`, the default, for that of `InstrumentationSystem` at this moment.
    package init(_ tracer: (any Tracer)? = nil) {
        let tracer = tracer ?? InstrumentationSystem.tracer
        self.tracer = tracer is NoOpTracer ? nil : tracer
    }
    #else
    package init() {}
    #endif
}

#if Tracing

extension RequestTracing {
    /// True in tasks that work in the background for as long as the program runs, such as those that follow a service. A
    /// span of each of their requests would belong to a trace that has long ended, or to none.
    @TaskLocal package static var isPaused = false

    /// The tracer, unless the current task works in the background.
    package var active: (any Tracer)? { Self.isPaused ? nil : tracer }

    /// Runs a request in a span of its own.
    ///
    /// The span has the method, the route, the key if the request is one for a key, the datacenter and the status. It has
    /// no value, no token, and no text of an error, in which Consul may repeat parts of a request.
    func span(
        _ method: String,
        _ path: RequestPath,
        in datacenter: String?,
        _ request: () async throws -> RawAnswer
    ) async throws -> RawAnswer {
        guard let tracer = active else { return try await request() }
        let span = tracer.startAnySpan("\(method) \(path.route)", ofKind: .client)
        defer { span.end() }
        span.attributes["http.request.method"] = method
        if let key = path.key { span.attributes["consul.key"] = key }
        if let datacenter { span.attributes["consul.datacenter"] = datacenter }
        do {
            let answer = try await InstrumentationContext.$current.withValue(span.context) { try await request() }
            span.attributes["http.response.status_code"] = answer.status
            return answer
        } catch {
            if let status = (error as? ConsulHTTPError)?.status {
                span.attributes["http.response.status_code"] = status
            }
            span.fail(error)
            throw error
        }
    }
}

extension Tracing.Span {
    /// Marks the span as failed, with the kind of the error and without its text.
    package func fail(_ error: any Error) {
        switch error {
        case let error as ConsulHTTPError: fail(as: "\(error.code)")
        case is CancellationError: fail(as: "canceled")
        default: fail(as: "\(type(of: error))")
        }
    }

    /// Marks the span as failed.
    ///
    /// - Parameter kind: The kind of the error, of which there are few.
    package func fail(as kind: String) {
        attributes["error.type"] = kind
        setStatus(SpanStatus(code: .error, message: kind))
    }
}

#endif
