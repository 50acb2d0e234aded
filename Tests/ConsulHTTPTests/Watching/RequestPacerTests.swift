// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulHTTP

struct RequestPacerTests {
    let start = Moment.now
    var pacer = RequestPacer(burst: 3, spacing: .milliseconds(100))

    private mutating func admit(at time: Duration) -> Duration? { pacer.admit(at: start + time) }

    @Test mutating func `A pacer admits a burst at once, and further requests at intervals`() {
        for _ in 0..<3 { #expect(admit(at: .zero) == nil) }
        #expect(admit(at: .zero) == .milliseconds(100))
        #expect(admit(at: .milliseconds(60)) == .milliseconds(40))
        #expect(admit(at: .milliseconds(100)) == nil)
        #expect(admit(at: .milliseconds(100)) == .milliseconds(100))
    }

    @Test mutating func `The pacer's bucket refills with time, up to the burst`() {
        for _ in 0..<3 { _ = admit(at: .zero) }
        #expect(admit(at: .milliseconds(250)) == nil)
        #expect(admit(at: .milliseconds(250)) == nil)
        #expect(admit(at: .milliseconds(250)) == .milliseconds(50))
        for _ in 0..<3 { #expect(admit(at: .seconds(9)) == nil) }
        #expect(admit(at: .seconds(9)) == .milliseconds(100))
    }
}
