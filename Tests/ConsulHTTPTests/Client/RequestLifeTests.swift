// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

struct RequestLifeTests {
    var life = RequestLife()

    @Test mutating func `A request whose caller leaves before it is sent is not sent`() {
        let isCancelled = life.abandon()
        let isSent = life.send()
        #expect(isCancelled && !isSent)
    }

    @Test mutating func `A request whose caller leaves during the wait is held, and its answer is not read`() {
        let isSent = life.send()
        let isCancelled = life.abandon()
        let isRead = life.answered()
        #expect(isSent && !isCancelled && !isRead)
    }

    @Test mutating func `A request whose caller leaves while the answer arrives ends at once`() {
        _ = life.send()
        let isRead = life.answered()
        let isCancelled = life.abandon()
        #expect(isRead && isCancelled)
    }

    @Test mutating func `A held request is not sent a second time`() {
        _ = life.send()
        _ = life.abandon()
        let isSent = life.send()
        #expect(!isSent)
    }

    @Test mutating func `A request that has ended is not canceled`() {
        _ = life.send()
        life.end()
        let isCancelled = life.abandon()
        #expect(!isCancelled && life.isOver)
    }
}
