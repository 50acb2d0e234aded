// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

extension ConsulHTTPClient {
    /// Sends a change, once.
    ///
    /// - Parameters:
    ///   - request: The change.
    ///   - timeout: The time limit for the whole request; ``ConsulHTTPConfiguration/requestTimeout`` if `nil`.
    /// - Throws: ``ConsulHTTPError``; `CancellationError` as soon as the task is canceled. The change may have been
    ///   applied, now or a little later, unless the error is ``ConsulHTTPError/isRetryable`` or a refusal by Consul.
    package func write(_ request: WriteRequest, timeout: Duration? = nil) async throws -> RawAnswer {
        #if Tracing
        // The trace of a holder would consist of renewals.
        guard !request.isRenewal else { return try await send(request, timeout: timeout) }
        return try await tracing.span(request.method.rawValue, request.path, in: request.datacenter) {
            try await send(request, timeout: timeout)
        }
        #else
        try await send(request, timeout: timeout)
        #endif
    }

    private func send(_ request: WriteRequest, timeout: Duration?) async throws -> RawAnswer {
        var query = request.query
        var locality = ReadOptions()
        locality.datacenter = request.datacenter
        locality.namespace = request.namespace
        locality.partition = request.partition
        locality.completed(by: configuration).append(to: &query)
        var outgoing = OutgoingRequest(
            method: request.method.rawValue,
            path: request.path,
            query: query,
            body: request.body,
            answerStatuses: request.answerStatuses
        )
        // A renewal that no answer comes for is repeated soon. Kept ones would take all permits of renewals, and the first
        // renewal after an interruption of the network would wait for them until its lease has ended.
        outgoing.isHeld = !request.isRenewal
        return try await send(
            outgoing,
            over: .control,
            .lane(lane(request.isRenewal ? .renewal : .request, request.datacenter)),
            until: Deadline(in: timeout ?? configuration.requestTimeout)
        )
    }
}
