// SPDX-License-Identifier: Apache-2.0

/// A resolver of requests without alternatives.
protocol PlainResolver: Sendable {
    /// Validates a request, without sending a query.
    func check(_ request: ServiceRequest) throws

    /// Resolves a request at one target.
    ///
    /// - Throws: `CancellationError`, and errors that are no answer: for a request that cannot be sent, or after a
    ///   shutdown.
    func resolve(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution
}
