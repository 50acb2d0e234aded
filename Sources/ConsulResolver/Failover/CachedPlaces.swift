// SPDX-License-Identifier: Apache-2.0

/// Resolves each failover target from the cache, as for a request for that target alone.
///
/// The cache is used even if the configuration disables it: the cache also holds the last good endpoints, without which
/// an outage of every target would remove the endpoints of followers.
struct CachedPlaces: PlainResolver {
    let fallback: Fallback
    let cache: AnswerCache
    /// The greatest age of an answer; `nil` leaves it to the cache.
    let maximumAge: Duration?

    func check(_ request: ServiceRequest) throws {
        try fallback.check(request)
    }

    func resolve(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution {
        if let maximumAge {
            let service = cache.service(for: request)
            return try await cache.renewed(service, ifOlderThan: maximumAge, timeout: deadline.remaining)
        }
        var known = Resolution.nothingYet
        // Patient, because a stale answer that is returned only because Consul is slow would count against the target.
        guard let wait = cache.look(request, isPatient: true, into: &known) else { return known }
        return try await cache.answer(wait, timeout: deadline.remaining)
    }
}
