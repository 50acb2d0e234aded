// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The choice of one of several equal stripes for a thread, so that two threads seldom use the same one.
package enum ThreadStripe {
    /// The number of stripes.
    package static let count = 8

    /// The stripe of the current thread, in 0..<count.
    package static var current: Int {
        #if canImport(Darwin) || canImport(Musl)
        let thread = UInt(bitPattern: pthread_self())
        #else
        let thread = UInt(pthread_self())
        #endif
        // Descriptors of threads lie pages apart; a multiplication moves the bits that differ to the top (Knuth 6.4).
        return Int(truncatingIfNeeded: (thread &* 0x9E37_79B9_7F4A_7C15) >> 61)
    }
}
