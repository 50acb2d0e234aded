// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import Synchronization

extension LoadBalancer {
    /// How things are. The lock is held for a few assignments at a time, never for a look at all endpoints: threads that
    /// report or pick wait for it.
    struct State {
        var seats: [Seat] = []
        var absence = PickError.stillLoading
        var isStale = false
        var isClosed = false
        fileprivate var ejections = EjectionCount()
        /// Ejections since the newest input was taken, which its snapshot may not have seen.
        fileprivate var laterEjections = 0
        /// The number of the newest input. Reached by no other, the greatest one stands for the end.
        fileprivate var number: UInt64 = 0
        fileprivate var schedule = RebuildSchedule()

        /// What a snapshot is made from, for one that has to be made.
        mutating func beginSnapshot() -> SnapshotBuilder.Input {
            schedule.begin()
            return input()
        }

        /// - Returns: `nil` if there is no snapshot to make, or not yet, or another thread makes it.
        fileprivate mutating func beginDueSnapshot(at now: Moment, ignoresPause: Bool = false) -> SnapshotBuilder.Input?
        {
            schedule.beginIfDue(at: now, ignoresPause: ignoresPause) ? input() : nil
        }

        private mutating func input() -> SnapshotBuilder.Input {
            if !isClosed { number &+= 1 }
            laterEjections = 0
            return SnapshotBuilder.Input(number: number, seats: seats, absence: absence, isStale: isStale)
        }

        /// Takes everything away for good.
        ///
        /// - Returns: Whether that was still to be done.
        mutating func close(because end: PickError) -> Bool {
            guard !isClosed else { return false }
            (isClosed, seats, absence, number) = (true, [], end, .max)
            return true
        }
    }

    /// Changes the state, and shows picks what follows for the snapshot.
    func change<Output>(_ body: (inout State) -> Output) -> Output {
        state.withLockedValue { state in
            defer {
                rebuildDue.store(state.schedule.due.nanoseconds, ordering: .relaxed)
                context.isSnapshotOutdated.store(state.schedule.isOutdated, ordering: .relaxed)
            }
            return body(&state)
        }
    }

    /// Does what requests have shown to be necessary: an ejection takes effect at once, and one snapshot is made if it is
    /// time for one.
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

    /// An endpoint that may not be ejected asks again at its next failure.
    private func eject(_ record: EndpointRecord, at now: Moment, _ state: inout State) {
        guard let quota, quota.allowsOneMore(listed: state.ejections.listed, ejected: state.ejections.out),
            // Two of its requests may have asked at once.
            record.eject(at: now)
        else { return }
        state.ejections.out += 1
        state.laterEjections += 1
        state.schedule.want()
    }

    /// Makes a snapshot if one is due.
    ///
    /// - Parameters:
    ///   - snapshot: The one that is in use. The time may have come to look at it again.
    ///   - isUseless: Whether it has nobody to pick any more. Then there is no pause to wait for.
    /// - Returns: Whether there is another one.
    func advance(_ snapshot: Snapshot, at now: Moment, isUseless: Bool = false) -> Bool {
        let input = change { state in
            if now >= snapshot.nextChange { state.schedule.want() }
            return state.beginDueSnapshot(at: now, ignoresPause: isUseless)
        }
        guard let input else { return false }
        makeSnapshot(of: input)
        return true
    }

    /// Makes one snapshot of how things are, without a lock, since a policy may be anybody's code, and shows it.
    func makeSnapshot(of input: SnapshotBuilder.Input) {
        let start = context.now
        let snapshot = SnapshotBuilder(configuration, context).build(input, after: stripes.snapshot)
        publisher.publish(snapshot, number: input.number)
        let end = context.now
        change { state in
            state.schedule.end(begunAt: start, at: end)
            guard input.number == state.number else { return }
            state.ejections = snapshot.ejections
            // Some may be counted twice, until the snapshot that they have asked for: too many out is too few ejected.
            state.ejections.out += state.laterEjections
        }
    }
}
