// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A point in time, to the millisecond. Foundation could format it, but loading it takes longer than a lookup.
struct Timestamp: Equatable {
    /// Milliseconds since 1970 of the wall clock: UTC without leap seconds.
    let milliseconds: Int64

    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Returns the time that is earlier by the duration.
    func before(_ duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(milliseconds: milliseconds &- (seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000))
    }

    /// The time in the format of RFC 3339, in UTC: `2026-01-01T00:00:00.000Z`.
    var utc: String {
        var seconds = time_t(wholeSeconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        return Self.padded(date, to: [4, 2, 2], separator: "-") + "T" + Self.clock(parts)
            + "." + Self.padded(Int(milliseconds - wholeSeconds * 1000), to: 3) + "Z"
    }

    /// The local time of day: `14:02:11`.
    var localTimeOfDay: String {
        var seconds = time_t(wholeSeconds)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return Self.clock(parts)
    }

    /// Whole seconds, rounded down before 1970 as well.
    private var wholeSeconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : -((999 - milliseconds) / 1000)
    }

    private static func clock(_ parts: tm) -> String {
        padded([Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)], to: [2, 2, 2], separator: ":")
    }

    private static func padded(_ numbers: [Int], to widths: [Int], separator: String) -> String {
        zip(numbers, widths).map { padded($0, to: $1) }.joined(separator: separator)
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
