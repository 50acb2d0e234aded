// SPDX-License-Identifier: Apache-2.0

package import ResolutionModel
package import ResolverSupport

/// The cache as failover and followers see it: every answer passes an entry, even if the configuration disables the
/// cache for lookups.
///
/// An entry also holds the last good endpoints, without which an outage of every target would remove the endpoints of
/// followers.
package struct EntrySource: ResolutionSource {
    private let cache: CachingSource
    private let isPatient: Bool

    /// - Parameter isPatient: True to wait for a fetch even when a stale answer could be returned. Failover is patient: a
    ///   stale answer that is returned only because Consul is slow would count against the target.
    package init(_ cache: CachingSource, isPatient: Bool) {
        self.cache = cache
        self.isPatient = isPatient
    }

    package func validate(_ request: ServiceRequest) throws { try cache.validate(request) }

    package func resolve(
        _ request: ServiceRequest,
        deadline: Deadline,
        hasStaleAnswer: Bool
    ) async throws -> Resolution {
        guard cache.isCaching else {
            return try await cache.renewed(cache.slot(for: request), ifOlderThan: .zero, deadline: deadline)
        }
        return try await cache.resolve(request, isPatient: isPatient, deadline: deadline)
    }

    package func confirm(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution? {
        try await cache.confirm(request, deadline: deadline)
    }
}
