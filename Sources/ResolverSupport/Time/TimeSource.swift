// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The clock for decisions about what is cached, held and tried again. Deadlines of network operations use the system's
/// clock instead (``Deadline``): a test cannot make a packet wait.
package struct TimeSource: Sendable {
    /// Returns the time, which never runs backwards.
    package var now: @Sendable () -> Moment

    /// Returns at the given time, or throws `CancellationError`.
    package var sleep: @Sendable (_ until: Moment) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Moment,
        sleep: @escaping @Sendable (_ until: Moment) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// Follows another clock, such as that of a test.
    package init<Source: Clock>(_ clock: Source) where Source.Duration == Duration {
        let (origin, start) = (Moment.now, clock.now)
        self.init(
            now: { origin + start.duration(to: clock.now) },
            sleep: { try await clock.sleep(until: start.advanced(by: origin.duration(to: $0)), tolerance: nil) }
        )
    }

    /// The machine's monotonic clock.
    package static let continuous = TimeSource(now: { .now }, sleep: { try await sleep(until: $0) })

    /// Sleeps by the machine's monotonic clock, in parts.
    ///
    /// Swift's executor cannot cancel a timer of Dispatch. After the cancellation of a sleep, it keeps the timer and the
    /// memory of its task, more than a kilobyte, until the sleep would have ended. A blocking query has a timer of five
    /// minutes, and a busy watch sends several a second.
    ///
    /// - Parameter part: The longest time for which a canceled sleep keeps memory.
    /// - Throws: `CancellationError`.
    package static func sleep(until end: Moment, inPartsOf part: Duration = .seconds(60)) async throws {
        var left = Moment.now.duration(to: end)
        while left > part {
            try await Task.sleep(for: part, clock: .continuous)
            left = Moment.now.duration(to: end)
        }
        try await Task.sleep(for: left.bounded, clock: .continuous)
    }
}

/// The wall clock, the only clock that two processes share. It may be set back.
package enum WallClock {
    /// Returns the time in seconds since 1970.
    package static let system: @Sendable () -> Int64 = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }
}
