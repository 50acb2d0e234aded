// SPDX-License-Identifier: Apache-2.0

/// Which ways gave no sign of life a moment ago, so that asking them would be time wasted.
///
/// A pure value: the time is handed in. Three things look alike from here. An agent that is dead is silent about
/// everything. An agent passes questions about another datacenter on, so it is silent about a datacenter that hangs, and
/// answers everything else. A healthy agent is silent about a single service when one of its nodes has a name that DNS cannot
/// carry, for ever. The difference is what else was answered in the meantime.
struct WayMemory: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// For how long a way is passed over.
    static let penalty = Duration.seconds(5)

    /// What silence is about.
    private enum Scope: Hashable {
        case everything
        case datacenter(String)
        case request(ServiceRequest)
    }

    private struct Subject: Hashable {
        let way: Way
        let scope: Scope
    }

    private var silentUntil: [Subject: Instant] = [:]
    private var lastSign: [Subject: Instant] = [:]
    private let capacity: Int

    /// - Parameter capacity: For how many services silence is remembered, and for how many datacenters answers are.
    init(capacity: Int = 4096) {
        self.capacity = capacity
    }

    /// Which ways not to ask first.
    func silent(for request: ServiceRequest, at now: Instant) -> Set<Way> {
        guard !silentUntil.isEmpty else { return [] }
        return Set(Way.allCases.filter { way in subjects(way, request).contains { now < silentUntil[$0] ?? now } })
    }

    /// Which ways were silent about everything.
    func silent(at now: Instant) -> Set<Way> {
        Set(Way.allCases.filter { now < silentUntil[Subject(way: $0, scope: .everything)] ?? now })
    }

    /// A way is going to be asked. If its time was just over, the others go on passing it over until it is known what came
    /// of that: a herd need not find out together.
    mutating func isAboutToBeAsked(_ way: Way, about request: ServiceRequest, at now: Instant) {
        guard !silentUntil.isEmpty else { return }
        for subject in subjects(way, request) {
            if let end = silentUntil[subject], end <= now { silentUntil[subject] = now + WayMemory.penalty }
        }
    }

    /// The way has answered, whatever it was.
    mutating func heard(_ way: Way, about request: ServiceRequest, at now: Instant) {
        if lastSign.count >= capacity { lastSign.removeAll() }
        for subject in subjects(way, request).dropLast() {
            lastSign[subject] = max(lastSign[subject] ?? now, now)
        }
        guard !silentUntil.isEmpty else { return }
        for subject in subjects(way, request) { silentUntil[subject] = nil }
    }

    /// The way has not answered.
    ///
    /// - Parameter start: When it was asked.
    mutating func heardNothing(_ way: Way, about request: ServiceRequest, since start: Instant, at now: Instant) {
        let subjects = subjects(way, request)
        // The narrowest that has other requests in it.
        let shared = subjects[subjects.count - 2]
        let othersWereAnswered = lastSign[shared].map { $0 >= start } ?? false
        if silentUntil.count >= capacity { silentUntil = silentUntil.filter { $0.value > now } }
        if silentUntil.count >= capacity { silentUntil.removeAll() }
        silentUntil[othersWereAnswered ? subjects[subjects.count - 1] : shared] = now + WayMemory.penalty
    }

    /// What silence about a request may be about, from the widest to the request itself.
    private func subjects(_ way: Way, _ request: ServiceRequest) -> [Subject] {
        var scopes = [Scope.everything]
        if let datacenter = request.locality.datacenter { scopes.append(.datacenter(datacenter)) }
        scopes.append(.request(request))
        return scopes.map { Subject(way: way, scope: $0) }
    }
}
