// SPDX-License-Identifier: Apache-2.0

package import Logging
import NIOConcurrencyHelpers
import NIOPosix
package import ResolutionModel
package import ResolverSupport

/// The writer of the snapshot. It writes after changes, at most once per interval.
///
/// Without changes, it has neither a task nor a timer. It writes on a thread that may block, not on a thread of the
/// concurrency pool: flushing to a disk takes milliseconds, and sometimes seconds.
package final class SnapshotWriter: Sendable {
    private struct State: Sendable {
        var schedule: SnapshotSchedule
        var task: Task<Void, Never>?
        var isFailing = false
    }

    private let file: SnapshotFile
    private let time: TimeSource
    private let wallClock: @Sendable () -> Int64
    private let logger: Logger
    private let content: @Sendable () -> [Snapshot.Entry]?
    private let state: NIOLockedValueBox<State>

    /// - Parameters:
    ///   - time: The clock for the schedule.
    ///   - wallClock: Returns the time in seconds since 1970.
    ///   - content: Returns the known answers; called at every write on any thread. It returns `nil` to leave the file
    ///     as it is, when the owner of the answers no longer exists. The writer retains it.
    package init(
        _ configuration: ResolverConfiguration.Snapshot,
        time: TimeSource = .continuous,
        wallClock: @escaping @Sendable () -> Int64 = WallClock.system,
        logger: Logger,
        content: @escaping @Sendable () -> [Snapshot.Entry]?
    ) {
        file = SnapshotFile(path: configuration.path)
        self.time = time
        self.wallClock = wallClock
        self.logger = logger
        self.content = content
        // The bounds keep sums of times from overflowing. The confirmation interval is shorter than the maximum age, so
        // that an answer that is confirmed but does not change does not become too old.
        let interval = min(max(configuration.minimumInterval, .milliseconds(100)), .seconds(86_400))
        let age = configuration.maximumAge.bounded
        let schedule = SnapshotSchedule(interval: interval, confirmationInterval: max(age / 24, interval))
        state = NIOLockedValueBox(State(schedule: schedule))
    }

    /// Records a changed answer. May be called from any thread, and is cheap enough to be called at every answer.
    package func noteChange() { take { schedule, now in schedule.noteChange(at: now) } }

    /// Records that Consul has confirmed an answer. The confirmation is written with the next change, when the file has
    /// reached the confirmation interval, or at shutdown.
    package func noteConfirmation() { take { schedule, now in schedule.noteConfirmation(at: now) } }

    /// Writes unwritten changes and returns when that is done. No further write follows.
    package func shutdown() async {
        take { schedule, _ in schedule.close() }
        let task = state.withLockedValue { $0.task }
        // Canceling affects only the task's sleep: with the schedule closed, its next step is the last write or its
        // end.
        task?.cancel()
        await task?.value
    }

    private func take(_ event: (inout SnapshotSchedule, Moment) -> Bool) {
        let now = time.now()
        state.withLockedValue { state in
            if event(&state.schedule, now) { state.task = Task { await self.attend() } }
        }
    }

    private func attend() async {
        while true {
            let now = time.now()
            switch state.withLockedValue({ $0.schedule.nextStep(at: now) }) {
            case .rest: return
            case .wait(let due): try? await time.sleep(due)
            case .write:
                let failure = await replaceFile()
                let end = time.now()
                state.withLockedValue { $0.schedule.finishWrite(failure == nil, at: end) }
                note(failure)
            }
        }
    }

    /// Replaces the file on a thread of the thread pool. `runIfActive` would not do: it gives up when the task is
    /// canceled, and at the last write it is.
    private func replaceFile() async -> PrivateFileError? {
        await withCheckedContinuation { continuation in
            NIOThreadPool.singleton.submit { _ in continuation.resume(returning: self.replaceFileBlocking()) }
        }
    }

    private func replaceFileBlocking() -> PrivateFileError? {
        guard let entries = content() else { return nil }
        do throws(PrivateFileError) {
            let snapshot = Snapshot(writtenAt: wallClock(), entries: entries)
            try file.replace(with: try SnapshotCoder.encode(snapshot))
            return nil
        } catch {
            return error
        }
    }

    /// Logs the first failure in a row, and the first success after failures.
    private func note(_ failure: PrivateFileError?) {
        let wasFailing = state.withLockedValue { state in
            defer { state.isFailing = failure != nil }
            return state.isFailing
        }
        guard wasFailing != (failure != nil) else { return }
        if let failure {
            logger.warning("the snapshot is not written", metadata: file.metadata(["consul.failure": "\(failure)"]))
        } else {
            logger.info("the snapshot is written again", metadata: file.metadata())
        }
    }
}
