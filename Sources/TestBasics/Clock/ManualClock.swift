// SPDX-License-Identifier: Apache-2.0

/// A clock that moves only when a test moves it.
public final class ManualClock: Clock {
    /// A point in time on this clock.
    public struct Instant: InstantProtocol {
        /// The time since the clock was made.
        public var offset: Duration

        /// Makes the instant at this offset from the clock's start.
        public init(offset: Duration = .zero) {
            self.offset = offset
        }

        /// Returns the instant that is this much later.
        public func advanced(by duration: Duration) -> Instant {
            Instant(offset: offset + duration)
        }

        /// Returns the time from this instant to the other, negative if the other is earlier.
        public func duration(to other: Instant) -> Duration {
            other.offset - offset
        }

        /// Returns true if the first instant is earlier than the second.
        public static func < (first: Instant, second: Instant) -> Bool {
            first.offset < second.offset
        }
    }

    private struct Sleeper: Sendable {
        let id: UInt64
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State: Sendable {
        var now = Instant()
        var sleepers: [Sleeper] = []
        var nextSleeper: UInt64 = 0
    }

    private let state = WatchedValue(State())

    /// Makes a clock that stands at zero.
    public init() {}

    /// The current time of the clock.
    public var now: Instant { state.current.now }

    /// The resolution: zero, since the clock is exact.
    public var minimumResolution: Duration { .zero }

    /// The number of tasks that sleep on this clock.
    public var sleeperCount: Int { state.current.sleepers.count }

    /// Moves the clock forward and wakes every sleeper after its deadline, earliest deadline first.
    ///
    /// When a sleeper is resumed, the clock shows that sleeper's own deadline. Its task runs later, when the executor
    /// schedules it: to step through repeated sleeps, alternate with ``waitForSleepers(_:within:fileID:line:)``.
    ///
    /// - Precondition: The duration is not negative.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "a clock does not run backwards")
        let end = now.advanced(by: duration)
        while let sleeper = nextDue(by: end) {
            sleeper.continuation.resume()
        }
        state.update { $0.now = max($0.now, end) }
    }

    /// Sleeps until the clock has been moved to the deadline.
    ///
    /// - Throws: `CancellationError` as soon as the task is canceled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let id = state.update { state in
            defer { state.nextSleeper += 1 }
            return state.nextSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enroll(Sleeper(id: id, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            remove(id)?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits until at least this many tasks sleep on the clock. A test can then move the clock without a race.
    ///
    /// - Parameters:
    ///   - count: The number of tasks.
    ///   - limit: The time limit, by the machine's clock. Default 10 s.
    ///   - fileID: The file for the error.
    ///   - line: The line for the error.
    /// - Throws: ``DeadlineExceeded`` after the limit; `CancellationError`.
    public func waitForSleepers(
        _ count: Int,
        within limit: Duration = .seconds(10),
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws {
        try await state.wait("\(count) sleepers", within: limit, fileID: fileID, line: line) {
            $0.sleepers.count >= count
        }
    }

    private func nextDue(by end: Instant) -> Sleeper? {
        state.update { state in
            guard let next = state.sleepers.first, next.deadline <= end else { return nil }
            state.now = max(state.now, next.deadline)
            return state.sleepers.removeFirst()
        }
    }

    private func enroll(_ sleeper: Sleeper) {
        let answer: Result<Void, any Error>? = state.update { state in
            if Task.isCancelled { return .failure(CancellationError()) }
            if sleeper.deadline <= state.now { return .success(()) }
            // After those with the same deadline, so that they wake in the order in which they went to sleep.
            let place = state.sleepers.firstIndex { $0.deadline > sleeper.deadline } ?? state.sleepers.endIndex
            state.sleepers.insert(sleeper, at: place)
            return nil
        }
        if let answer { sleeper.continuation.resume(with: answer) }
    }

    private func remove(_ id: UInt64) -> Sleeper? {
        state.update { state in
            state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0) }
        }
    }
}
