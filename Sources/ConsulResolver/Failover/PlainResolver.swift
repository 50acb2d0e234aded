// SPDX-License-Identifier: Apache-2.0

/// What answers requests without alternatives.
protocol PlainResolver: Sendable {
    /// Refuses what cannot be asked, and sends nothing.
    func check(_ request: ServiceRequest) throws

    /// What is known at one place.
    ///
    /// - Throws: `CancellationError`, and what is no answer: for a request that cannot be asked, after a shutdown.
    func resolve(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution
}
