// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Resolves requests with alternatives: does what ``FailoverState`` decides, and remembers for each request what it has
/// learned about its places.
///
/// Every place is asked as anybody would ask it who has no alternatives; whatever is behind that, and remembers answers
/// there, knows nothing of this.
final class FailoverResolver: Sendable {
    private let resolver: any PlainResolver
    private let failback: Duration
    private let timeout: Duration
    private let time: TimeSource
    private let records = NIOLockedValueBox(BoundedTable<ServiceRequest, FailoverRecord>())
    private let background = TaskRegistry()

    /// - Parameters:
    ///   - configuration: When traffic is given back, and how long may be asked for that.
    ///   - resolver: Answers for one place.
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

    /// - Throws: As the resolver behind it; ``ServiceRequestError`` for alternatives that are none.
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

    /// What was found out last, by whoever asked.
    func current(_ request: ServiceRequest) -> Resolution? {
        records.withLockedValue { $0[request] }?.latest
    }

    /// Ends what goes on beside the callers, and returns when it has ended.
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

    /// Asks those places whose answers may change which one is used, without making the caller wait. One task does for all
    /// callers with the same request, and ends when they have answered.
    private func askBeside(_ record: FailoverRecord) {
        let due = record.beginAskingBeside(at: time.now())
        guard !due.isEmpty else { return }
        background.start {
            await withDiscardingTaskGroup { group in
                for place in due {
                    // Who is called off has learned nothing.
                    group.addTask { _ = try? await self.ask(place, of: record, within: Deadline(in: self.timeout)) }
                }
            }
            record.endAskingBeside()
        }
    }
}

extension Deadline {
    /// The time for one of several places: half of what is left, and all of it for the last. Whoever is silent leaves time
    /// for those that are not.
    fileprivate func shareForOne(of count: Int) -> Deadline { share(among: min(count, 2)) }
}
