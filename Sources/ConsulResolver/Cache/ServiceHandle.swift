// SPDX-License-Identifier: Apache-2.0

/// Keeps what is known of a service in the cache for as long as somebody holds it.
final class ServiceHandle: Sendable {
    let service: CachedService

    /// - Parameter service: One that has been pinned for it.
    init(pinned service: CachedService) {
        self.service = service
    }

    deinit { service.unpin() }
}
