// SPDX-License-Identifier: Apache-2.0

#if Tracing

import ConsulHTTP
import NIOConcurrencyHelpers
import Tracing

extension Contention {
    /// Runs an acquisition in a span that ends when the body begins, or with the failure.
    ///
    /// The requests of the acquisition are children of the span. The body belongs to the span of the caller: it may last
    /// for days.
    ///
    /// - Parameters:
    ///   - name: The name of the span.
    ///   - keys: The keys, for its attribute.
    ///   - body: The body of what is acquired.
    ///   - acquire: Acquires, and runs the body that it receives.
    func traced<Held: Sendable, Output: Sendable>(
        _ name: String,
        _ keys: [String],
        _ body: @escaping @Sendable (Held) async throws -> Output,
        _ acquire: (@escaping @Sendable (Held) async throws -> Output) async throws -> Output
    ) async throws -> Output {
        guard let tracer = store.client.tracing.active else { return try await acquire(body) }
        let outer = InstrumentationContext.current
        let span = tracer.startAnySpan(name, ofKind: .client)
        span.attributes["consul.lock.key"] = keys.joined(separator: ", ")
        if let datacenter = store.datacenter { span.attributes["consul.datacenter"] = datacenter }
        let hasBegun = NIOLockedValueBox(false)
        do {
            return try await InstrumentationContext.$current.withValue(span.context) {
                try await acquire { held in
                    hasBegun.withLockedValue { $0 = true }
                    span.end()
                    return try await InstrumentationContext.$current.withValue(outer) { try await body(held) }
                }
            }
        } catch {
            guard !hasBegun.withLockedValue({ $0 }) else { throw error }
            if let error = error as? CoordinationError { span.fail(as: "\(error.code)") } else { span.fail(error) }
            span.end()
            throw error
        }
    }
}

#endif
