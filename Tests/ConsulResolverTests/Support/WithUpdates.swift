// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport

/// Follows a service, runs `body` with a reader of the updates, and stops following even if `body` throws.
func withUpdates<Output>(
    of service: ConsulService,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (UpdateReader) async throws -> Output
) async throws -> Output {
    let updates = UpdateReader(service.updates)
    return try await use(updates, in: body) { await $0.stop() }
}
