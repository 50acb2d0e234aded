// SPDX-License-Identifier: Apache-2.0

/// Which ways gave no sign of life a moment ago, so that asking them would be time wasted.
///
/// A pure value: the time is handed in. Two things look alike from here. An agent that is dead is silent about
/// everything; a healthy agent is silent about a single service when one of its nodes has a name that DNS cannot carry,
/// for ever. The difference is whether anybody else got an answer in the meantime.
struct WayMemory: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// For how long a way is passed over.
    static let penalty = Duration.seconds(5)

    private struct Subject: Hashable {
        let way: Way
        /// `nil` for all that the way is asked for.
        let request: ServiceRequest?
    }

    private var silentUntil: [Subject: Instant] = [:]
    private var lastSign: [Way: Instant] = [:]
    private let capacity: Int

    /// - Parameter capacity: For how many services silence is remembered.
    init(capacity: Int = 4096) {
        self.capacity = capacity
    }

    /// Which ways not to ask first.
    func silent(for request: ServiceRequest, at now: Instant) -> Set<Way> {
        guard !silentUntil.isEmpty else { return [] }
        return Set(Way.allCases.filter { way in marks(way, request).contains { now < silentUntil[$0] ?? now } })
    }

    /// Which ways were silent about everything.
    func silent(at now: Instant) -> Set<Way> {
        Set(Way.allCases.filter { now < silentUntil[Subject(way: $0, request: nil)] ?? now })
    }

    /// A way is going to be asked. If its time was just over, the others go on passing it over until it is known what came
    /// of that: a herd need not find out together.
    mutating func isAboutToBeAsked(_ way: Way, about request: ServiceRequest, at now: Instant) {
        guard !silentUntil.isEmpty else { return }
        for mark in marks(way, request) {
            if let end = silentUntil[mark], end <= now { silentUntil[mark] = now + WayMemory.penalty }
        }
    }

    private func marks(_ way: Way, _ request: ServiceRequest) -> [Subject] {
        [Subject(way: way, request: nil), Subject(way: way, request: request)]
    }

    /// Somebody has answered, whatever it was.
    mutating func heard(_ way: Way, about request: ServiceRequest, at now: Instant) {
        lastSign[way] = max(lastSign[way] ?? now, now)
        guard !silentUntil.isEmpty else { return }
        silentUntil[Subject(way: way, request: nil)] = nil
        silentUntil[Subject(way: way, request: request)] = nil
    }

    /// Nobody has answered.
    ///
    /// - Parameter start: When they were asked.
    mutating func heardNothing(_ way: Way, about request: ServiceRequest, since start: Instant, at now: Instant) {
        let othersWereAnswered = lastSign[way].map { $0 >= start } ?? false
        let subject = Subject(way: way, request: othersWereAnswered ? request : nil)
        if silentUntil.count >= capacity { silentUntil = silentUntil.filter { $0.value > now } }
        if silentUntil.count >= capacity { silentUntil.removeAll() }
        silentUntil[subject] = now + WayMemory.penalty
    }
}
