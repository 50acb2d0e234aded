// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The engine's clock: nanoseconds that never go back. Cheaper than `ContinuousClock.now`, and comparable as an
/// integer.
enum MonotonicTime {
    static var now: UInt64 {
        #if canImport(Darwin)
        // Darwin derives CLOCK_MONOTONIC from the time of day, and it has been seen to step back.
        return clock_gettime_nsec_np(CLOCK_UPTIME_RAW)
        #else
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        #endif
    }
}

extension UInt64 {
    /// Returns the moment `time` later, or `UInt64.max` on overflow.
    func saturatingAdding(_ time: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(time)
        return overflow ? .max : sum
    }
}

extension Duration {
    /// Whole nanoseconds. Negative durations become 0, and those longer than 584 years become `UInt64.max`.
    var nonNegativeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowToo) = whole.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
        return overflow || overflowToo ? .max : sum
    }
}
