// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A point of monotonic time, for every lookup and every pick: comparing two instants of `ContinuousClock`, which
/// counts attoseconds in 128 bits, takes longer than reading the clock.
///
/// Picks compare moments several times, in another module, and have to inline that. The compiler (Swift 6.3) ignores
/// `@inlinable` on the members of a package type unless the type itself is `@usableFromInline`. Without it, each
/// comparison is a call, and `==` goes through a witness table: a quarter to a third of all instructions of a pick.
@usableFromInline
package struct Moment: Hashable, Comparable, Sendable {
    @usableFromInline package let nanoseconds: Int64

    @inlinable
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The present. The clock goes on while the machine sleeps, as `ContinuousClock` does.
    package static var now: Moment {
        #if canImport(Darwin)
        reading(CLOCK_MONOTONIC_RAW)
        #else
        reading(CLOCK_BOOTTIME)
        #endif
    }

    /// The present, by a clock that may stand still while the machine sleeps, and that takes a fifth less to read. Not
    /// to be compared with ``now``.
    package static var nowAwake: Moment {
        #if canImport(Darwin)
        reading(CLOCK_UPTIME_RAW)
        #else
        reading(CLOCK_MONOTONIC)
        #endif
    }

    private static func reading(_ clock: clockid_t) -> Moment {
        #if canImport(Darwin)
        return Moment(nanoseconds: Int64(bitPattern: clock_gettime_nsec_np(clock)))
        #else
        var time = timespec()
        clock_gettime(clock, &time)
        return Moment(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
        #endif
    }

    package static func + (moment: Moment, duration: Duration) -> Moment {
        let (sum, overflow) = moment.nanoseconds.addingReportingOverflow(Nanoseconds(duration).count)
        return Moment(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    package func duration(to other: Moment) -> Duration {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return .nanoseconds(overflow ? (other < self ? .min : .max) : difference)
    }

    /// Returns the time that has passed since another moment; zero if that lies ahead.
    @inlinable
    package func nanoseconds(since other: Moment) -> Nanoseconds {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return Nanoseconds(count: self < other ? 0 : overflow ? .max : difference)
    }

    @inlinable
    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// A duration in half the size. The limit is 292 years; longer durations are cut. Inlined like ``Moment``.
@usableFromInline
package struct Nanoseconds: Hashable, Sendable {
    @usableFromInline package var count: Int64

    @inlinable
    package init(count: Int64) { self.count = count }

    package init(_ duration: Duration) {
        // Checked before the computation: the components of a longer duration do not fit into their types.
        if duration >= .nanoseconds(Int64.max) {
            count = .max
        } else if duration <= .nanoseconds(Int64.min) {
            count = .min
        } else {
            let (seconds, attoseconds) = duration.components
            count = seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
        }
    }

    package var duration: Duration { .nanoseconds(count) }

    /// Returns the sum of two durations; an overflow gives the largest one.
    @inlinable
    package static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
        let (sum, overflow) = left.count.addingReportingOverflow(right.count)
        return Nanoseconds(count: overflow ? .max : sum)
    }
}
