// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

extension ConsulHTTPClient {
    /// Returns the identity of the token that a request would carry now.
    ///
    /// - Parameter timeout: The time limit for a closure that provides the token.
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/tokenUnavailable``; `Deadline.Passed`;
    ///   `CancellationError`.
    package func tokenIdentity(timeout: Duration) async throws -> TokenIdentity {
        TokenIdentity(
            try await BoundedTask<Secret?>().run(until: Deadline(in: timeout)) { [source = configuration.token] _ in
                try await source.token()
            }
        )
    }
}
