// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver

struct WayMemoryTests {
    let start = ContinuousClock.now
    let web = ServiceRequest("web")
    let db = ServiceRequest("db")

    @Test
    func `passes over a way that was silent, for everything, and for five seconds`() {
        var memory = WayMemory()
        memory.heardNothing(.dns, about: web, since: start, at: start + .seconds(1))
        #expect(memory.silent(for: web, at: start + .seconds(1)) == [.dns])
        #expect(memory.silent(for: db, at: start + .milliseconds(5_999)) == [.dns])
        #expect(memory.silent(for: db, at: start + .seconds(6)) == [])
    }

    @Test
    func `lets one caller try when the time is over, and the others wait for what comes of it`() {
        var memory = WayMemory()
        memory.heardNothing(.http, about: web, since: start, at: start)
        let later = start + .seconds(7)
        // Whoever only looks takes no trial from those who will ask.
        for _ in 1...2 { #expect(memory.silent(for: web, at: later) == []) }
        memory.isAboutToBeAsked(.http, about: web, at: later)
        #expect(memory.silent(for: web, at: later) == [.http])
        #expect(memory.silent(for: db, at: later) == [.http])
        memory.heard(.http, about: web, at: later)
        #expect(memory.silent(for: db, at: later) == [])
    }

    @Test
    func `takes silence for that of one service if others were answered in the meantime`() {
        var memory = WayMemory()
        memory.heard(.dns, about: db, at: start + .milliseconds(500))
        memory.heardNothing(.dns, about: web, since: start, at: start + .seconds(1))
        #expect(memory.silent(for: web, at: start + .seconds(2)) == [.dns])
        #expect(memory.silent(for: db, at: start + .seconds(2)) == [])
        memory.heard(.dns, about: db, at: start + .seconds(2))
        #expect(memory.silent(for: web, at: start + .seconds(2)) == [.dns])
        memory.heard(.dns, about: web, at: start + .seconds(2))
        #expect(memory.silent(for: web, at: start + .seconds(2)) == [])
    }

    @Test
    func `takes silence about another datacenter for that of the datacenter`() {
        var memory = WayMemory()
        let distant = ServiceRequest("web", in: .datacenter("dc2"))
        let neighbour = ServiceRequest("db", in: .datacenter("dc2"))
        memory.heardNothing(.dns, about: distant, since: start, at: start + .seconds(1))
        #expect(memory.silent(for: neighbour, at: start + .seconds(2)) == [.dns])
        #expect(memory.silent(for: web, at: start + .seconds(2)) == [])
        #expect(memory.silent(at: start + .seconds(2)) == [])
        // A local answer says nothing about the other datacenter; one from there does.
        memory.heard(.dns, about: web, at: start + .seconds(2))
        #expect(memory.silent(for: distant, at: start + .seconds(2)) == [.dns])
        memory.heard(.dns, about: neighbour, at: start + .seconds(2))
        #expect(memory.silent(for: distant, at: start + .seconds(2)) == [])
        memory.heardNothing(.dns, about: distant, since: start, at: start + .seconds(3))
        #expect(memory.silent(for: distant, at: start + .seconds(3)) == [.dns])
        #expect(memory.silent(for: neighbour, at: start + .seconds(3)) == [])
    }

    @Test
    func `takes an answer about another datacenter for a sign of the agent, too`() {
        var memory = WayMemory()
        memory.heardNothing(.http, about: web, since: start, at: start + .seconds(1))
        memory.heard(.http, about: ServiceRequest("web", in: .datacenter("dc2")), at: start + .seconds(1))
        #expect(memory.silent(for: db, at: start + .seconds(1)) == [])
    }

    @Test func `forgets rather than grow`() {
        var memory = WayMemory(capacity: 3)
        memory.heard(.dns, about: db, at: start + .seconds(1))
        for index in 0..<10 {
            memory.heardNothing(.dns, about: ServiceRequest("s\(index)"), since: start, at: start + .seconds(1))
        }
        let remembered = (0..<10).filter {
            memory.silent(for: ServiceRequest("s\($0)"), at: start + .seconds(2)) == [.dns]
        }
        #expect(remembered.count <= 3)
        #expect(remembered.contains(9))
    }
}
