// SPDX-License-Identifier: Apache-2.0

/// Answers for each place from the cache, as for anybody who asks for that place alone.
///
/// Also when answers are not to be kept: what was good is held on to there, and without that an outage of everything
/// would take away endpoints from whoever follows.
struct CachedPlaces: PlainResolver {
    let fallback: Fallback
    let cache: AnswerCache
    /// How old an answer may be; `nil` to leave it to the cache.
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
        // An earlier answer, given only because Consul is slow, would count against the place.
        guard let wait = cache.look(request, isPatient: true, into: &known) else { return known }
        return try await cache.answer(wait, timeout: deadline.remaining)
    }
}
