// SPDX-License-Identifier: Apache-2.0

/// A clock that moves only when a test moves it.
public final class ManualClock: Clock {
    /// A point on this clock: the time since the clock was made.
    public struct Instant: InstantProtocol {
        /// Time since the clock was made.
        public var offset: Duration

        /// Makes the instant at this distance from the clock's start.
        public init(offset: Duration = .zero) {
            self.offset = offset
        }

        /// The instant this much later.
        public func advanced(by duration: Duration) -> Instant {
            Instant(offset: offset + duration)
        }

        /// The way from this instant to the other, negative when it lies in the past.
        public func duration(to other: Instant) -> Duration {
            other.offset - offset
        }

        /// Whether the first instant comes before the second.
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

    /// Where the clock stands.
    public var now: Instant { state.current.now }

    /// Time has no grain here.
    public var minimumResolution: Duration { .zero }

    /// How many tasks sleep on this clock.
    public var sleeperCount: Int { state.current.sleepers.count }

    /// Moves the clock forward and wakes, earliest deadline first, every sleeper whose time has come.
    ///
    /// The clock stands at a sleeper's own deadline when that sleeper is resumed. Its task runs later, when the
    /// executor gets to it: to step through repeated sleeps, alternate with ``waitForSleepers(_:within:fileID:line:)``.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "a clock does not run backwards")
        let end = now.advanced(by: duration)
        while let sleeper = nextDue(by: end) {
            sleeper.continuation.resume()
        }
        state.update { $0.now = max($0.now, end) }
    }

    /// Sleeps until the clock has been moved to the deadline, or until the task is cancelled.
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

    /// Waits until at least this many tasks sleep on the clock, which is when a test may move it without racing them.
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
            // Behind those of the same deadline: who slept first is woken first.
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
