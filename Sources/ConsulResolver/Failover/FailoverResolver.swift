// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Resolves requests with alternatives: executes the decisions of ``FailoverState``, and keeps the state of the
/// failover targets of each request.
///
/// Each target is resolved as a request without alternatives. The resolver behind this one, with its cache, knows
/// nothing of failover.
final class FailoverResolver: Sendable {
    private let resolver: any PlainResolver
    private let failback: Duration
    private let timeout: Duration
    private let time: TimeSource
    private let records = NIOLockedValueBox(BoundedTable<ServiceRequest, FailoverRecord>())
    private let background = TaskRegistry()

    /// - Parameters:
    ///   - configuration: The time before failback, and the timeout of background queries.
    ///   - resolver: Resolves a request for one target.
    init(
        configuration: ServiceResolver.Configuration,
        over resolver: any PlainResolver,
        time: TimeSource = .continuous
    ) {
        self.resolver = resolver
        failback = configuration.failover.failback
        timeout = configuration.timeout
        self.time = time
    }

    /// - Throws: The errors of the resolver behind this one; ``ServiceRequestError`` for unusable alternatives.
    func resolve(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution {
        let record = try record(of: request)
        let count = record.places.count
        let first = record.first(at: time.now())
        let answer = try await ask(first, of: record, within: deadline.shareForOne(of: count))
        var answers = FailoverAnswers(answer, from: first)
        while let place = record.next(after: answers, at: time.now()) {
            let share = deadline.shareForOne(of: count - answers.asked.count)
            answers.take(try await ask(place, of: record, within: share), from: place)
        }
        askBeside(record)
        var resolution = answers.best
        resolution.alternative = answers.place == 0 ? nil : request.alternatives[answers.place - 1]
        record.latest = resolution
        return resolution
    }

    /// Returns the last resolution, whichever caller received it.
    func current(_ request: ServiceRequest) -> Resolution? {
        records.withLockedValue { $0[request] }?.latest
    }

    /// Cancels the background queries, and returns when they have ended.
    func shutdown() async {
        await background.shutdown()
    }

    private func record(of request: ServiceRequest) throws -> FailoverRecord {
        if let known = records.withLockedValue({ $0[request] }) { return known }
        let places = request.places
        try request.check()
        for place in places { try resolver.check(place) }
        let record = FailoverRecord(places: places, failback: failback)
        return records.withLockedValue { $0.insert(record, for: request) }
    }

    private func ask(_ place: Int, of record: FailoverRecord, within deadline: Deadline) async throws -> Resolution {
        let (start, time) = (self.time.now(), deadline.remaining)
        let answer = try await resolver.resolve(record.places[place], deadline: deadline)
        let worth = FailoverWorth(answer)
        if worth != .unknown || time >= Deadline.leastFairTime {
            record.heard(worth.standing, from: place, askedAt: start, at: self.time.now())
        }
        return answer
    }

    /// Queries the targets that may change the choice, without making the caller wait. One task serves all callers with
    /// the same request, and ends when the targets have answered.
    private func askBeside(_ record: FailoverRecord) {
        let due = record.beginAskingBeside(at: time.now())
        guard !due.isEmpty else { return }
        background.start {
            await withDiscardingTaskGroup { group in
                for place in due {
                    // A canceled query says nothing about its target.
                    group.addTask { _ = try? await self.ask(place, of: record, within: Deadline(in: self.timeout)) }
                }
            }
            record.endAskingBeside()
        }
    }
}

extension Deadline {
    /// The deadline for one of several targets: half of the time left, and all of it for the last one. A silent target
    /// leaves time for the others.
    fileprivate func shareForOne(of count: Int) -> Deadline { share(among: min(count, 2)) }
}
