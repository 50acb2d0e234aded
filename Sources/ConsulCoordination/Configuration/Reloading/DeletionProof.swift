// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// Finds out if keys that an answer lacks have been deleted.
///
/// A recursive read hides the keys that its token may not read. The read of a single key does not: it is answered 403
/// without permission, and 404 with permission if the key does not exist. It is a consistent read, because a server
/// that has just started may answer before it has all its data.
struct DeletionProof: Sendable {
    let store: KeyValueStore

    /// Returns `nil` if the keys did not exist at an index; otherwise the reason that this is unknown.
    ///
    /// - Throws: `CancellationError`.
    func refusal(of keys: [String], at index: UInt64?) async throws -> ConsulHTTPError? {
        for key in keys {
            if let refusal = try await refusal(of: key, at: index) { return refusal }
        }
        return nil
    }

    private func refusal(of key: String, at index: UInt64?) async throws -> ConsulHTTPError? {
        do {
            let entry = try await store.entry(key, consistency: .consistent).value
            // A key that was created later was missing then.
            guard let entry, entry.createIndex <= index ?? .max else { return nil }
            return ConsulHTTPError(
                .denied,
                "Consul leaves out \"\(key)\", which exists: the token may not have had the permission to read it",
                isRetryable: true
            )
        } catch let error as ConsulHTTPError {
            return error
        } catch is CoordinationError {
            // A key that a transaction wrote, and that no read of a single key can find (`a//b`). It can only be seen
            // in recursive reads, so these alone decide.
            return nil
        }
    }
}
