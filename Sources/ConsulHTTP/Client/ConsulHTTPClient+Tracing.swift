// SPDX-License-Identifier: Apache-2.0

#if Tracing

public import Logging
public import Tracing

extension ConsulHTTPClient {
    /// Creates a client whose requests have spans of a tracer (trait `Tracing`).
    ///
    /// A client without this argument uses the tracer of `InstrumentationSystem`, which has to be bootstrapped before the
    /// client is created. Each read and each write has a span of the kind `client`, such as `GET /v1/kv`, with the
    /// attributes `http.request.method`, `http.response.status_code`, `consul.key`, `consul.datacenter` and, after a
    /// failure, `error.type`. Requests of watches, renewals of sessions and heartbeats have none. No span has a value, a
    /// token or a password.
    ///
    /// - Parameters:
    ///   - configuration: The address of the agent, and the settings of the client.
    ///   - logger: As in ``init(configuration:logger:)``.
    ///   - tracer: The tracer.
    /// - Throws: The errors of ``init(configuration:logger:)``.
    public convenience init(
        configuration: Configuration = Configuration(),
        logger: Logger? = nil,
        tracer: any Tracer
    ) throws(ConsulHTTPError) {
        try EventLoops.start()
        try self.init(unstarted: configuration, logger: logger, tracing: RequestTracing(tracer))
    }
}

#endif
