// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver

struct NameserverTourTests {
    private let time = ManualTime()
    private let book = HostBook { host in
        IPAddress(host == "two.example" ? "10.0.0.2" : "10.0.0.3").map { [$0] } ?? []
    }

    /// A register that never gets the result of a probe.
    private func register() -> NameserverRegister {
        NameserverRegister(time: time.source) { _ in throw CancellationError() }
    }

    private func fail(_ text: String, in register: NameserverRegister) throws {
        let target = try HostPort(text)
        guard case .address(let address) = target.host else { return }
        let server = Nameserver(address: address, port: target.port)
        let attempt = ResolutionFailure.Attempt(code: .timedOut, message: "silent", server: server, transport: .udp)
        register.failed(NameserverFailure(server: server, kind: .unreachable, start: time.now, attempts: [attempt]))
    }

    private func tour(_ texts: String..., by register: NameserverRegister) throws -> NameserverTour {
        NameserverDirectory(try texts.map { try HostPort($0) }, hosts: book)
            .tour(until: Deadline(in: .seconds(60)), by: register)
    }

    private func rest(
        of tour: inout NameserverTour
    ) async throws -> (servers: [String], attempts: [ResolutionFailure.Attempt]) {
        var attempts: [ResolutionFailure.Attempt] = []
        var servers: [String] = []
        while let visit = try await tour.next(noting: &attempts) { servers.append(visit.server.description) }
        return (servers, attempts)
    }

    @Test func `A tour skips nameservers that have just failed, and reports their last failure`() async throws {
        let register = register()
        try fail("10.0.0.1:1", in: register)
        var tour = try tour("10.0.0.1:1", "two.example:2", "10.0.0.4:4", by: register)
        let (servers, attempts) = try await rest(of: &tour)
        #expect(servers == ["10.0.0.2:2", "10.0.0.4:4"])
        #expect(attempts.map(\.message) == ["silent (a moment ago; not queried again)"])
        #expect(attempts.map(\.code) == [.timedOut])
        await register.shutdown()
    }

    @Test func `A tour visits a failed nameserver last, once its pause is over`() async throws {
        let register = register()
        try fail("10.0.0.1:1", in: register)
        time.clock.advance(by: .seconds(1))
        var tour = try tour("10.0.0.1:1", "two.example:2", by: register)
        #expect(tour.hasSecond)
        #expect(try await rest(of: &tour).servers == ["10.0.0.2:2", "10.0.0.1:1"])
        await register.shutdown()
    }

    @Test func `A tour ranks the addresses of a name by their own state`() async throws {
        let register = register()
        try fail("10.0.0.2:2", in: register)
        time.clock.advance(by: .seconds(1))
        var tour = try tour("two.example:2", "10.0.0.4:4", by: register)
        #expect(try await rest(of: &tour).servers == ["10.0.0.4:4", "10.0.0.2:2"])
        await register.shutdown()
    }

    @Test
    func `A tour offers no dead nameserver for a hedge, and offers names until they are resolved`() async throws {
        let register = register()
        try fail("10.0.0.1:1", in: register)
        var tour = try tour("10.0.0.1:1", "10.0.0.4:4", "two.example:2", by: register)
        var attempts: [ResolutionFailure.Attempt] = []
        #expect(try await tour.next(noting: &attempts)?.server.port == 4)
        for _ in 1...2 {
            guard case .name("two.example", port: 2, _) = tour.second(noting: &attempts) else {
                Issue.record("the name is not offered again")
                return
            }
        }
        tour.found([.v4(.loopback)], of: "two.example", port: 2, noting: &attempts)
        guard case .server(let visit) = tour.second(noting: &attempts) else {
            Issue.record("the address of the name is not offered")
            return
        }
        #expect(visit.server.description == "127.0.0.1:2")
        #expect(!tour.hasSecond && attempts.isEmpty)
        await register.shutdown()
    }
}
