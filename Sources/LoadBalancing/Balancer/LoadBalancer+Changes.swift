// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport
import Synchronization

extension LoadBalancer {
    /// The balancer's mutable state. Its lock is held for a few assignments at a time, never for a pass over all
    /// endpoints, because threads that report or pick wait for it.
    struct State {
        var endpoints: [RegisteredEndpoint] = []
        var absence = PickError.stillLoading
        var isStale = false
        var isClosed = false
        fileprivate var ejections = EjectionCount()
        /// Ejections since the newest input was taken, which the snapshot of that input may lack.
        fileprivate var laterEjections = 0
        /// The number of the newest input. The greatest value stands for the end: no other input reaches it.
        fileprivate var number: UInt64 = 0
        fileprivate var schedule = RebuildSchedule()

        /// Begins a snapshot in any case, and returns its input.
        mutating func beginSnapshot() -> SnapshotBuilder.Input {
            schedule.begin()
            return input()
        }

        /// - Returns: `nil` if no snapshot is wanted, if it is not due yet, or if another thread is building it.
        fileprivate mutating func beginDueSnapshot(at now: Moment, ignoresPause: Bool = false) -> SnapshotBuilder.Input?
        {
            schedule.beginIfDue(at: now, ignoresPause: ignoresPause) ? input() : nil
        }

        private mutating func input() -> SnapshotBuilder.Input {
            if !isClosed { number &+= 1 }
            laterEjections = 0
            return SnapshotBuilder.Input(number: number, endpoints: endpoints, absence: absence, isStale: isStale)
        }

        /// Removes all endpoints for good.
        ///
        /// - Returns: True if the balancer was open until now.
        mutating func close(because end: PickError) -> Bool {
            guard !isClosed else { return false }
            (isClosed, endpoints, absence, number) = (true, [], end, .max)
            return true
        }
    }

    /// Changes the state, then shows picks whether and when another snapshot is due.
    func change<Output>(_ body: (inout State) -> Output) -> Output {
        state.withLockedValue { state in
            defer {
                rebuildDue.store(state.schedule.due.nanoseconds, ordering: .relaxed)
                context.isSnapshotOutdated.store(state.schedule.isOutdated, ordering: .relaxed)
            }
            return body(&state)
        }
    }

    /// Applies a verdict: an ejection takes effect at once, and a snapshot is built if one is due.
    func heed(_ verdict: Ejection.Verdict, of record: EndpointRecord, at now: Moment) {
        let input = change { state -> SnapshotBuilder.Input? in
            guard !state.isClosed else { return nil }
            if case .wantsEjection = verdict {
                eject(record, at: now, &state)
            } else {
                state.schedule.want()
            }
            return state.beginDueSnapshot(at: now)
        }
        if let input { makeSnapshot(of: input) }
    }

    /// Ejects an endpoint if the quota allows it. Otherwise the endpoint's next failure asks again.
    private func eject(_ record: EndpointRecord, at now: Moment, _ state: inout State) {
        guard let quota, quota.allowsOneMore(listed: state.ejections.listed, ejected: state.ejections.out),
            // Two failed requests may have asked for the ejection at once.
            record.eject(at: now)
        else { return }
        state.ejections.out += 1
        state.laterEjections += 1
        state.schedule.want()
    }

    /// Builds a snapshot if one is due.
    ///
    /// - Parameters:
    ///   - snapshot: The snapshot in use. Its ``Snapshot/nextChange`` may have passed.
    ///   - isUseless: True if the snapshot in use has no usable endpoint left. Then the pause is skipped.
    /// - Returns: True if another snapshot was built.
    func advance(_ snapshot: Snapshot, at now: Moment, isUseless: Bool = false) -> Bool {
        let input = change { state in
            if now >= snapshot.nextChange { state.schedule.want() }
            return state.beginDueSnapshot(at: now, ignoresPause: isUseless)
        }
        guard let input else { return false }
        makeSnapshot(of: input)
        return true
    }

    /// Builds a snapshot, without a lock because a policy may be user code, and publishes it.
    func makeSnapshot(of input: SnapshotBuilder.Input) {
        let start = context.now
        let builder = SnapshotBuilder(policy: configuration.policy, rules: configuration.planRules, context: context)
        let snapshot = builder.build(input, after: snapshots.current)
        snapshots.publish(snapshot, number: input.number)
        let end = context.now
        change { state in
            state.schedule.end(begunAt: start, at: end)
            guard input.number == state.number else { return }
            state.ejections = snapshot.ejections
            // Some ejections may be counted twice until the next snapshot, which they have requested. A count that is
            // too high only ejects too few.
            state.ejections.out += state.laterEjections
        }
    }
}
