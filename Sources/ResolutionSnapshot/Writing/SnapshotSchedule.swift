// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The state machine that decides when the snapshot is written.
///
/// A pure value that reads no clock: methods take events, and ``nextStep(at:)`` returns the next step. While no change
/// is unwritten, the schedule rests and needs no task. An event returns true if a task has to start executing steps.
struct SnapshotSchedule: Sendable {
    typealias Instant = Moment

    enum Step: Hashable, Sendable {
        /// End the task; an event says when to start the next one.
        case rest
        case wait(until: Instant)
        /// Write the snapshot, then call ``finishWrite(_:at:)``.
        case write
    }

    /// The longest time between two attempts while writing fails.
    static let longestPause = Duration.seconds(300)

    private let interval: Duration
    private let confirmationInterval: Duration

    /// The time at which to write; `nil` without unwritten changes.
    private var due: Instant?
    private var hasConfirmations = false
    private var lastWrite: Instant?
    private var backoff: Backoff
    private var isAttended = false
    private var isClosed = false

    /// - Parameters:
    ///   - interval: The time for which changes are collected before they are written.
    ///   - confirmationInterval: The least age of the file before it is written for confirmations alone.
    init(interval: Duration, confirmationInterval: Duration) {
        self.interval = interval
        self.confirmationInterval = confirmationInterval
        backoff = Backoff(initial: interval, maximum: max(interval, Self.longestPause))
    }
}

// MARK: - Events

// An event returns true at most once until the next rest.
extension SnapshotSchedule {
    /// Records that the answers have changed since the last write. Returns true if a task has to start.
    mutating func noteChange(at now: Instant) -> Bool {
        guard !isClosed else { return false }
        due = due ?? now + interval
        return beginAttending()
    }

    /// Records that Consul has confirmed an answer in the file, which makes it younger. Returns true if a task has to
    /// start.
    mutating func noteConfirmation(at now: Instant) -> Bool {
        guard !isClosed else { return false }
        hasConfirmations = true
        if let lastWrite, now < lastWrite + confirmationInterval { return false }
        return noteChange(at: now)
    }

    /// Records the end of a write.
    mutating func finishWrite(_ succeeded: Bool, at now: Instant) {
        if succeeded {
            backoff.reset()
            lastWrite = now
        } else if !isClosed {
            due = now + backoff.next()
        }
    }

    /// Closes the schedule: unwritten changes are written at once, and a failed write is not retried. Returns true if a
    /// task has to start.
    mutating func close() -> Bool {
        isClosed = true
        return isUnwritten && beginAttending()
    }

    /// Returns the next step for the task.
    mutating func nextStep(at now: Instant) -> Step {
        if !isClosed, let due, due > now { return .wait(until: due) }
        guard isClosed ? isUnwritten : due != nil else {
            isAttended = false
            return .rest
        }
        // Reset before the write: a change during the write may not be in the file, and needs another write.
        due = nil
        hasConfirmations = false
        return .write
    }

    private var isUnwritten: Bool { due != nil || hasConfirmations }

    private mutating func beginAttending() -> Bool {
        defer { isAttended = true }
        return !isAttended
    }
}
