// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Which of several equal things a thread uses, so that two threads seldom meet at one.
package enum ThreadStripe {
    /// How many there are.
    package static let count = 8

    /// The current thread's, in 0..<count.
    package static var current: Int {
        #if canImport(Darwin) || canImport(Musl)
        let thread = UInt(bitPattern: pthread_self())
        #else
        let thread = UInt(pthread_self())
        #endif
        // Threads' descriptors lie pages apart; a multiplication moves what differs to the top (Knuth 6.4).
        return Int(truncatingIfNeeded: (thread &* 0x9E37_79B9_7F4A_7C15) >> 61)
    }
}
