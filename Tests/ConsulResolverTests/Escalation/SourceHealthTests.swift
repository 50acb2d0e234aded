// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSources

struct SourceHealthTests {
    let start = Moment.now
    let web = ServiceRequest("web")
    let db = ServiceRequest("db")

    @Test
    func `A silent source is skipped for all requests, for five seconds`() {
        var memory = SourceHealth()
        memory.wasSilent(.dns, about: web, since: start, at: start + .seconds(1))
        #expect(memory.silent(for: web, at: start + .seconds(1)) == [.dns])
        #expect(memory.silent(for: db, at: start + .milliseconds(5_999)) == [.dns])
        #expect(memory.silent(for: db, at: start + .seconds(6)) == [])
    }

    @Test
    func `One caller tries a silent source after the pause, and the others wait for its result`() {
        var memory = SourceHealth()
        memory.wasSilent(.http, about: web, since: start, at: start)
        let later = start + .seconds(7)
        // Reading the state does not use up the trial.
        for _ in 1...2 { #expect(memory.silent(for: web, at: later) == []) }
        memory.willQuery(.http, about: web, at: later)
        #expect(memory.silent(for: web, at: later) == [.http])
        #expect(memory.silent(for: db, at: later) == [.http])
        memory.heard(.http, about: web, at: later)
        #expect(memory.silent(for: db, at: later) == [])
    }

    @Test
    func `Silence concerns one service if others were answered in the meantime`() {
        var memory = SourceHealth()
        memory.heard(.dns, about: db, at: start + .milliseconds(500))
        memory.wasSilent(.dns, about: web, since: start, at: start + .seconds(1))
        #expect(memory.silent(for: web, at: start + .seconds(2)) == [.dns])
        #expect(memory.silent(for: db, at: start + .seconds(2)) == [])
        memory.heard(.dns, about: db, at: start + .seconds(2))
        #expect(memory.silent(for: web, at: start + .seconds(2)) == [.dns])
        memory.heard(.dns, about: web, at: start + .seconds(2))
        #expect(memory.silent(for: web, at: start + .seconds(2)) == [])
    }

    @Test
    func `Silence about another datacenter concerns that datacenter`() {
        var memory = SourceHealth()
        let distant = ServiceRequest("web", in: .datacenter("dc2"))
        let neighbour = ServiceRequest("db", in: .datacenter("dc2"))
        memory.wasSilent(.dns, about: distant, since: start, at: start + .seconds(1))
        #expect(memory.silent(for: neighbour, at: start + .seconds(2)) == [.dns])
        #expect(memory.silent(for: web, at: start + .seconds(2)) == [])
        #expect(memory.silent(at: start + .seconds(2)) == [])
        // A local answer proves nothing about the other datacenter; an answer from there does.
        memory.heard(.dns, about: web, at: start + .seconds(2))
        #expect(memory.silent(for: distant, at: start + .seconds(2)) == [.dns])
        memory.heard(.dns, about: neighbour, at: start + .seconds(2))
        #expect(memory.silent(for: distant, at: start + .seconds(2)) == [])
        memory.wasSilent(.dns, about: distant, since: start, at: start + .seconds(3))
        #expect(memory.silent(for: distant, at: start + .seconds(3)) == [.dns])
        #expect(memory.silent(for: neighbour, at: start + .seconds(3)) == [])
    }

    @Test
    func `An answer about another datacenter shows that the agent is reachable`() {
        var memory = SourceHealth()
        memory.wasSilent(.http, about: web, since: start, at: start + .seconds(1))
        memory.heard(.http, about: ServiceRequest("web", in: .datacenter("dc2")), at: start + .seconds(1))
        #expect(memory.silent(for: db, at: start + .seconds(1)) == [])
    }

    @Test func `The record of silent sources stays within its capacity`() {
        var memory = SourceHealth(capacity: 3)
        memory.heard(.dns, about: db, at: start + .seconds(1))
        for index in 0..<10 {
            memory.wasSilent(.dns, about: ServiceRequest("s\(index)"), since: start, at: start + .seconds(1))
        }
        let remembered = (0..<10).filter {
            memory.silent(for: ServiceRequest("s\($0)"), at: start + .seconds(2)) == [.dns]
        }
        #expect(remembered.count <= 3)
        #expect(remembered.contains(9))
    }
}
