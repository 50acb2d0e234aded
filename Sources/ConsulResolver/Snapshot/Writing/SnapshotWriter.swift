// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers
import NIOPosix

/// Writes the snapshot when something has changed, and not too often.
///
/// While nothing has, there is neither a task nor a timer. The file is written on a thread that may block, never on one
/// of those that tasks run on: flushing to a disk takes milliseconds, and on a bad day seconds.
final class SnapshotWriter: Sendable {
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
    ///   - time: When to write.
    ///   - wallClock: Seconds since 1970.
    ///   - content: What is known, asked for at every write and on any thread; `nil` to leave the file alone, for what
    ///     has ceased to be. It is kept for as long as the writer is.
    init(
        _ configuration: ServiceResolver.Configuration.Snapshot,
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
        // Bounded, so that no sum of times overflows. An answer that is confirmed again and again must not become too
        // old to be used only because it never changes.
        let interval = min(max(configuration.minimumInterval, .milliseconds(100)), .seconds(86_400))
        let age = min(max(configuration.maximumAge, .zero), .seconds(365 * 86_400))
        let schedule = SnapshotSchedule(interval: interval, confirmationInterval: max(age / 24, interval))
        state = NIOLockedValueBox(State(schedule: schedule))
    }

    /// What is known has changed. From anywhere, and cheap enough to be called at every answer.
    func noteChange() { take { schedule, now in schedule.noteChange(at: now) } }

    /// Consul has confirmed what is known. It is written with the next change, or when the file has become so old that
    /// it is time, or at the end.
    func noteConfirmation() { take { schedule, now in schedule.noteConfirmation(at: now) } }

    /// Writes what has changed and returns when that is done. Nothing is written afterwards.
    func shutdown() async {
        take { schedule, _ in schedule.close() }
        let task = state.withLockedValue { $0.task }
        // Only its sleep can be cancelled: with the schedule closed, what comes next is the last write, or nothing.
        task?.cancel()
        await task?.value
    }

    private func take(_ event: (inout SnapshotSchedule, ContinuousClock.Instant) -> Bool) {
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

    /// On a thread for it. Not by `runIfActive`, which gives up when the task is cancelled, as it is at the last write.
    private func replaceFile() async -> SnapshotError? {
        await withCheckedContinuation { continuation in
            NIOThreadPool.singleton.submit { _ in continuation.resume(returning: self.replaceFileBlocking()) }
        }
    }

    private func replaceFileBlocking() -> SnapshotError? {
        guard let entries = content() else { return nil }
        do throws(SnapshotError) {
            let snapshot = Snapshot(writtenAt: wallClock(), entries: entries)
            try file.replace(with: try SnapshotCoder.encode(snapshot))
            return nil
        } catch {
            return error
        }
    }

    /// Says the first failure of several, and that they are over.
    private func note(_ failure: SnapshotError?) {
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
