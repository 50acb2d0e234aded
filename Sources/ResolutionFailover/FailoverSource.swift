// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
package import ResolutionModel
package import ResolverSupport

/// Resolves requests with alternatives: executes the decisions of ``FailoverStateMachine``, and keeps the state of the
/// failover targets of each request.
///
/// Each target is resolved as a request without alternatives. The sources behind this layer, with their cache, know
/// no failover.
package final class FailoverSource: ResolutionSource {
    /// The source of requests without alternatives, which pass through this layer.
    private let upstream: any ResolutionSource
    /// The source of failover targets.
    private let targets: any ResolutionSource
    private let failback: Duration
    private let timeout: Duration
    private let time: TimeSource
    private let entries = NIOLockedValueBox(BoundedTable<ServiceRequest, FailoverEntry>())
    private let background = TaskRegistry()

    /// - Parameters:
    ///   - configuration: The time before failback, and the timeout of background queries.
    ///   - upstream: Resolves requests without alternatives.
    ///   - targets: Resolves a request for one target.
    package init(
        configuration: ResolverConfiguration,
        over upstream: any ResolutionSource,
        targets: any ResolutionSource,
        time: TimeSource = .continuous
    ) {
        self.upstream = upstream
        self.targets = targets
        failback = configuration.failover.failback
        timeout = configuration.timeout
        self.time = time
    }

    package func validate(_ request: ServiceRequest) throws {
        try request.check()
        for target in request.targets { try targets.validate(target) }
    }

    package func confirm(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution? {
        try await upstream.confirm(request, deadline: deadline)
    }

    /// Resolves a request at the most preferred target that has endpoints.
    package func resolve(
        _ request: ServiceRequest,
        deadline: Deadline,
        hasStaleAnswer: Bool
    ) async throws -> Resolution {
        guard !request.alternatives.isEmpty else {
            return try await upstream.resolve(request, deadline: deadline, hasStaleAnswer: hasStaleAnswer)
        }
        let start = Moment.now
        let entry = try entry(of: request)
        let count = entry.targets.count
        let first = entry.first(at: time.now())
        let answer = try await ask(first, of: entry, within: deadline.shareForOne(of: count))
        var answers = FailoverAnswers(answer, from: first)
        while let target = entry.next(after: answers, at: time.now()) {
            let share = deadline.shareForOne(of: count - answers.asked.count)
            answers.apply(try await ask(target, of: entry, within: share), from: target)
        }
        queryInBackground(entry)
        var resolution = answers.best
        resolution.alternative = answers.target == 0 ? nil : request.alternatives[answers.target - 1]
        resolution.elapsed = start.duration(to: .now)
        entry.latest = resolution
        return resolution
    }

    /// Returns the last resolution, whichever caller received it.
    package func current(_ request: ServiceRequest) -> Resolution? {
        entries.withLockedValue { $0[request] }?.latest
    }

    /// Cancels the background queries, and returns when they have ended.
    package func shutdown() async {
        await background.shutdown()
    }

    private func entry(of request: ServiceRequest) throws -> FailoverEntry {
        if let known = entries.withLockedValue({ $0[request] }) { return known }
        try validate(request)
        let entry = FailoverEntry(targets: request.targets, failback: failback)
        return entries.withLockedValue { $0.insert(entry, for: request) }
    }

    private func ask(_ target: Int, of entry: FailoverEntry, within deadline: Deadline) async throws -> Resolution {
        let (start, time) = (self.time.now(), deadline.remaining)
        let answer = try await targets.resolve(entry.targets[target], deadline: deadline)
        let worth = FailoverWorth(answer)
        if worth != .unknown || time >= Deadline.leastFairTime {
            entry.heard(worth.standing, from: target, askedAt: start, at: self.time.now())
        }
        return answer
    }

    /// Queries the targets that may change the choice, without making the caller wait. One task serves all callers with
    /// the same request, and ends when the targets have answered.
    private func queryInBackground(_ entry: FailoverEntry) {
        let due = entry.beginBackgroundQueries(at: time.now())
        guard !due.isEmpty else { return }
        background.start {
            await withDiscardingTaskGroup { group in
                for target in due {
                    // A canceled query says nothing about its target.
                    group.addTask { _ = try? await self.ask(target, of: entry, within: Deadline(in: self.timeout)) }
                }
            }
            entry.endBackgroundQueries()
        }
    }
}

extension Deadline {
    /// The deadline for one of several targets: half of the time left, and all of it for the last one. A silent target
    /// leaves time for the others.
    fileprivate func shareForOne(of count: Int) -> Deadline { share(among: min(count, 2)) }
}
