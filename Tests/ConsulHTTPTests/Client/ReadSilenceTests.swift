// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP
@testable import ResolverSupport

struct ReadSilenceTests {
    private let start = Moment(nanoseconds: 0)

    @Test func `A read without a token is never silent`() {
        let silence = ReadSilence()
        #expect(silence.remaining(at: start) == .seconds(1))
        #expect(silence.remaining(at: start + .seconds(60)) == .seconds(1))
    }

    @Test func `A read is silent a second after it was sent`() {
        var silence = ReadSilence()
        silence.progressed(at: start)
        #expect(silence.remaining(at: start + .milliseconds(400)) == .milliseconds(600))
        #expect(silence.remaining(at: start + .seconds(1)) == .zero)
        #expect(silence.remaining(at: start + .seconds(5)) == .zero)
    }

    @Test func `A read whose answer arrives in parts is silent a second after the last of them`() {
        var silence = ReadSilence()
        for second in 0..<10 { silence.progressed(at: start + .milliseconds(900) * second) }
        #expect(silence.remaining(at: start + .milliseconds(8200)) == .milliseconds(900))
        #expect(silence.remaining(at: start + .milliseconds(9100)) == .zero)
    }
}
