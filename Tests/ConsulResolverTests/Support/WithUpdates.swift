// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Follows a service, runs `body` with a reader of the updates, and stops following even if `body` throws.
func withUpdates<Output>(
    of service: ConsulService,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (UpdateReader) async throws -> Output
) async throws -> Output {
    let updates = UpdateReader(service.updates)
    let result: Result<Output, any Error>
    do { result = .success(try await body(updates)) } catch { result = .failure(error) }
    await updates.stop()
    return try result.get()
}
