// SPDX-License-Identifier: Apache-2.0

/// Decides when the snapshot is written.
///
/// A pure value: events in by method, what to do next out by ``nextStep(at:)``; it reads no clock. While nothing has
/// changed there is no step, and nobody need attend it: an event says when somebody has to begin.
struct SnapshotSchedule: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Step: Hashable, Sendable {
        /// Nothing, until an event says to begin again.
        case rest
        case wait(until: Instant)
        /// Write, and report ``finishWrite(_:at:)``.
        case write
    }

    /// The longest time between two tries while writing fails.
    static let longestPause = Duration.seconds(300)

    private let interval: Duration
    private let confirmationInterval: Duration

    /// When what has changed is to be written; `nil` when nothing has.
    private var due: Instant?
    private var hasConfirmations = false
    private var lastWrite: Instant?
    private var failures = 0
    private var isAttended = false
    private var isClosed = false

    /// - Parameters:
    ///   - interval: How long changes are collected.
    ///   - confirmationInterval: How old the file becomes at least before it is written for confirmations alone.
    init(interval: Duration, confirmationInterval: Duration) {
        self.interval = interval
        self.confirmationInterval = confirmationInterval
    }
}

// MARK: - Events

// Whatever says whether somebody has to begin attending says so once, until the next rest.
extension SnapshotSchedule {
    /// The file is no longer what is known. Returns whether somebody has to begin.
    mutating func noteChange(at now: Instant) -> Bool {
        guard !isClosed else { return false }
        due = due ?? now + interval
        return beginAttending()
    }

    /// Something in the file is still so, and younger than the file says. Returns whether somebody has to begin.
    mutating func noteConfirmation(at now: Instant) -> Bool {
        guard !isClosed else { return false }
        hasConfirmations = true
        if let lastWrite, now < lastWrite + confirmationInterval { return false }
        return noteChange(at: now)
    }

    /// A write has ended.
    mutating func finishWrite(_ succeeded: Bool, at now: Instant) {
        if succeeded {
            failures = 0
            lastWrite = now
        } else if !isClosed {
            failures += 1
            let pause = min(interval * (1 << min(failures - 1, 16)), max(interval, Self.longestPause))
            due = now + pause
        }
    }

    /// Nothing more will change: what has is written at once, and a failure is not repeated. Returns whether somebody
    /// has to begin.
    mutating func close() -> Bool {
        isClosed = true
        return isUnwritten && beginAttending()
    }

    /// What to do now.
    mutating func nextStep(at now: Instant) -> Step {
        if !isClosed, let due, due > now { return .wait(until: due) }
        guard isClosed ? isUnwritten : due != nil else {
            isAttended = false
            return .rest
        }
        // Before the writing: what changes meanwhile may be in the file or not.
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
