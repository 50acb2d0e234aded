// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ResolutionModel
import ResolverSupport

/// The sources that did not respond recently and are passed over for ``penalty``.
///
/// A pure value: the caller passes the time. Three causes of silence look alike from one query. A dead agent is silent
/// about every request. An agent forwards queries about another datacenter, so it is silent about a datacenter that
/// hangs and answers all other queries. A healthy agent is permanently silent about a single service if one of the
/// service's nodes has a name that DNS cannot carry. The requests that the source answered in the meantime tell the
/// causes apart.
struct SourceHealth: Sendable {
    typealias Instant = Moment

    /// The time for which a silent source is passed over.
    static let penalty = Duration.seconds(5)

    /// The requests that a source is silent about.
    private enum Scope: Hashable {
        case everything
        case datacenter(String)
        case request(ServiceRequest)
    }

    private struct Subject: Hashable {
        let source: SourceKind
        let scope: Scope
    }

    private var silentUntil: [Subject: Instant] = [:]
    private var lastSign: [Subject: Instant] = [:]
    private let capacity: Int

    /// - Parameter capacity: The maximum number of services with recorded silence, and of datacenters with recorded
    ///   answers.
    init(capacity: Int = 4096) {
        self.capacity = capacity
    }

    /// Returns the sources that are not to be queried first for this request.
    func silent(for request: ServiceRequest, at now: Instant) -> Set<SourceKind> {
        guard !silentUntil.isEmpty else { return [] }
        return Set(
            SourceKind.allCases.filter { source in subjects(source, request).contains { now < silentUntil[$0] ?? now } }
        )
    }

    /// Returns the sources that are silent about every request.
    func silent(at now: Instant) -> Set<SourceKind> {
        Set(SourceKind.allCases.filter { now < silentUntil[Subject(source: $0, scope: .everything)] ?? now })
    }

    /// Records that a source is about to be queried. If its penalty has expired, the penalty starts anew for other
    /// requests, so that one query and not a herd of them tries the source.
    mutating func willQuery(_ source: SourceKind, about request: ServiceRequest, at now: Instant) {
        guard !silentUntil.isEmpty else { return }
        for subject in subjects(source, request) {
            if let end = silentUntil[subject], end <= now { silentUntil[subject] = now + SourceHealth.penalty }
        }
    }

    /// Records that the source responded, whatever the response.
    mutating func heard(_ source: SourceKind, about request: ServiceRequest, at now: Instant) {
        if lastSign.count >= capacity { lastSign.removeAll() }
        for subject in subjects(source, request).dropLast() {
            lastSign[subject] = max(lastSign[subject] ?? now, now)
        }
        guard !silentUntil.isEmpty else { return }
        for subject in subjects(source, request) { silentUntil[subject] = nil }
    }

    /// Records that the source did not respond.
    ///
    /// - Parameter start: The time at which it was queried.
    mutating func wasSilent(_ source: SourceKind, about request: ServiceRequest, since start: Instant, at now: Instant)
    {
        let subjects = subjects(source, request)
        // The narrowest scope that contains other requests.
        let shared = subjects[subjects.count - 2]
        let othersWereAnswered = lastSign[shared].map { $0 >= start } ?? false
        if silentUntil.count >= capacity { silentUntil = silentUntil.filter { $0.value > now } }
        if silentUntil.count >= capacity { silentUntil.removeAll() }
        silentUntil[othersWereAnswered ? subjects[subjects.count - 1] : shared] = now + SourceHealth.penalty
    }

    /// Returns the scopes that silence about a request may have, from the widest to the request itself.
    private func subjects(_ source: SourceKind, _ request: ServiceRequest) -> [Subject] {
        var scopes = [Scope.everything]
        if let datacenter = request.locality.datacenter { scopes.append(.datacenter(datacenter)) }
        scopes.append(.request(request))
        return scopes.map { Subject(source: source, scope: $0) }
    }
}

/// A source of answers: Consul's DNS interface or its HTTP API.
package enum SourceKind: Hashable, Sendable, CaseIterable {
    case dns
    case http
}
