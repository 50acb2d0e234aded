// SPDX-License-Identifier: Apache-2.0

/// A handle that keeps an entry from eviction for as long as the handle exists.
final class ServiceHandle: Sendable {
    let service: CachedService

    /// - Parameter service: An entry that has been pinned for this handle.
    init(pinned service: CachedService) {
        self.service = service
    }

    deinit { service.unpin() }
}
