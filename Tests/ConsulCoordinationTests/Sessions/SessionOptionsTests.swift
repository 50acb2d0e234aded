// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import Testing

/// The limits of a session's properties, which are checked before a request is sent.
struct SessionOptionsTests {
    private func code(of options: SessionOptions) -> CoordinationError.Code? {
        do { try options.validate() } catch { return error.code }
        return nil
    }

    // E9
    @Test(arguments: [(9, false), (10, true), (86_400, true), (86_401, false), (0, false), (-1, false)])
    func `A time to live is accepted from 10 seconds to 24 hours (E9)`(seconds: Int, isAccepted: Bool) {
        let code = code(of: SessionOptions(timeToLive: .seconds(seconds)))
        #expect((code == nil) == isAccepted)
        #expect(isAccepted || code == .invalidArgument)
    }

    @Test(arguments: [(0, true), (60, true), (61, false), (-1, false)])
    func `A lock-delay is accepted up to 60 seconds`(seconds: Int, isAccepted: Bool) {
        var options = SessionOptions.withoutHealthChecks(timeToLive: .seconds(10))
        options.lockDelay = .seconds(seconds)
        #expect((code(of: options) == nil) == isAccepted)
    }

    @Test func `A session with checks and without a lock-delay is refused`() {
        var options = SessionOptions(timeToLive: .seconds(10))
        options.lockDelay = .zero
        #expect(code(of: options) == .invalidArgument)
        options.nodeChecks = []
        #expect(code(of: options) == nil)
        options.serviceChecks = ["service:web-1"]
        #expect(code(of: options) == .invalidArgument)
        options.lockDelay = .seconds(1)
        #expect(code(of: options) == nil)
    }
}
