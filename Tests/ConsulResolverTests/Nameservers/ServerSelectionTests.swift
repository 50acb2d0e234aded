// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSources
@testable import ResolverSupport

struct ServerSelectionTests {
    private let time = ManualTime()
    private let book = HostAddressCache { host in
        IPAddress(host == "two.example" ? "10.0.0.2" : "10.0.0.3").map { [$0] } ?? []
    }

    /// A register that never gets the result of a probe.
    private func pool() -> NameserverPool {
        NameserverPool(time: time.source) { _ in throw CancellationError() }
    }

    private func fail(_ text: String, in pool: NameserverPool) throws {
        let target = try HostPort(text)
        guard case .address(let address) = target.host else { return }
        let server = Nameserver(address: address, port: target.port)
        let attempt = ResolutionFailure.Attempt(code: .timedOut, message: "silent", server: server, transport: .udp)
        pool.failed(NameserverFailure(server: server, kind: .unreachable, start: time.now, attempts: [attempt]))
    }

    private func selection(_ texts: String..., by pool: NameserverPool) throws -> ServerSelection {
        NameserverDirectory(try texts.map { try HostPort($0) }, hosts: book)
            .selection(until: Deadline(in: .seconds(60)), by: pool)
    }

    private func rest(
        of selection: inout ServerSelection
    ) async throws -> (servers: [String], attempts: [ResolutionFailure.Attempt]) {
        var attempts: [ResolutionFailure.Attempt] = []
        var servers: [String] = []
        while let attempt = try await selection.next(noting: &attempts) { servers.append(attempt.server.description) }
        return (servers, attempts)
    }

    @Test func `A tour skips nameservers that have just failed, and reports their last failure`() async throws {
        let pool = pool()
        try fail("10.0.0.1:1", in: pool)
        var selection = try selection("10.0.0.1:1", "two.example:2", "10.0.0.4:4", by: pool)
        let (servers, attempts) = try await rest(of: &selection)
        #expect(servers == ["10.0.0.2:2", "10.0.0.4:4"])
        #expect(attempts.map(\.message) == ["silent (a moment ago; not queried again)"])
        #expect(attempts.map(\.code) == [.timedOut])
        await pool.shutdown()
    }

    @Test func `A tour visits a failed nameserver last, once its pause is over`() async throws {
        let pool = pool()
        try fail("10.0.0.1:1", in: pool)
        time.clock.advance(by: .seconds(1))
        var selection = try selection("10.0.0.1:1", "two.example:2", by: pool)
        #expect(selection.hasSecond)
        #expect(try await rest(of: &selection).servers == ["10.0.0.2:2", "10.0.0.1:1"])
        await pool.shutdown()
    }

    @Test func `A tour ranks the addresses of a name by their own state`() async throws {
        let pool = pool()
        try fail("10.0.0.2:2", in: pool)
        time.clock.advance(by: .seconds(1))
        var selection = try selection("two.example:2", "10.0.0.4:4", by: pool)
        #expect(try await rest(of: &selection).servers == ["10.0.0.4:4", "10.0.0.2:2"])
        await pool.shutdown()
    }

    @Test
    func `A tour offers no dead nameserver for a hedge, and offers names until they are resolved`() async throws {
        let pool = pool()
        try fail("10.0.0.1:1", in: pool)
        var selection = try selection("10.0.0.1:1", "10.0.0.4:4", "two.example:2", by: pool)
        var attempts: [ResolutionFailure.Attempt] = []
        #expect(try await selection.next(noting: &attempts)?.server.port == 4)
        for _ in 1...2 {
            guard case .name("two.example", port: 2, _) = selection.second(noting: &attempts) else {
                Issue.record("the name is not offered again")
                return
            }
        }
        selection.found([.v4(.loopback)], of: "two.example", port: 2, noting: &attempts)
        guard case .server(let attempt) = selection.second(noting: &attempts) else {
            Issue.record("the address of the name is not offered")
            return
        }
        #expect(attempt.server.description == "127.0.0.1:2")
        #expect(!selection.hasSecond && attempts.isEmpty)
        await pool.shutdown()
    }
}
