// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NIOConcurrencyHelpers
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSources
@testable import ResolverSupport

struct NameserverRecoveryTests {
    private let server = Nameserver(address: .v4(.loopback), port: 1)
    private let time = ManualTime()
    private let probes = WatchedValue(0)

    private func pool(
        _ probe: @escaping @Sendable (Int) async throws -> NameserverPool.ProbeResult
    ) -> NameserverPool {
        NameserverPool(time: time.source) { [probes] _ in
            let number = probes.update { probes in
                probes += 1
                return probes
            }
            return try await probe(number)
        }
    }

    private func fail(_ pool: NameserverPool) {
        _ = pool.admit(server)
        pool.failed(NameserverFailure(server: server, kind: .unreachable, start: time.now, attempts: []))
    }

    @Test func `Probing goes on until the nameserver is trusted, and then stops`() async throws {
        let pool = pool { $0 < 5 ? .failed([]) : .answered(.udp, after: .milliseconds(1)) }
        fail(pool)
        try await time.flow(by: .milliseconds(10)) {
            try await eventually("the server to be trusted") { pool.diagnostics(at: time.now)[0].backoff == nil }
        }
        // Five failures, and answers that reduce the failures to two, one and zero.
        #expect(probes.current == 7)
        #expect(time.clock.sleeperCount == 0)
        await pool.shutdown()
    }

    @Test
    func `Probing ends after a minute without a lookup, and goes on with the next lookup`() async throws {
        let pool = pool { _ in .failed([]) }
        fail(pool)
        try await time.flow(by: .seconds(5)) {
            try await eventually("the last probe") { pool.state.withLockedValue { $0.tasks.isEmpty } }
        }
        #expect(time.clock.now.offset <= .seconds(70))
        let before = probes.current
        _ = pool.admit(server)
        try await probes.wait("another probe", within: .seconds(30)) { $0 > before }
        await pool.shutdown()
    }

    @Test(arguments: [false, true])
    func `Probing ends with the register, even in the middle of a probe`(isProbing: Bool) async throws {
        let never = WatchedValue(false)
        let pool = pool { _ in
            _ = try await never.wait { $0 }
            return .failed([])
        }
        fail(pool)
        try await time.clock.waitForSleepers(1)
        if isProbing {
            time.clock.advance(by: .seconds(1))
            try await probes.wait("a probe", within: .seconds(30)) { $0 == 1 }
        }
        try await withDeadline(.seconds(30)) { await pool.shutdown() }
        #expect(time.clock.sleeperCount == 0)
        // After shutdown the register neither refuses nor probes a server: the client reports that it is closed.
        guard case .granted = pool.admit(server) else {
            Issue.record("refused after the end")
            return
        }
        #expect(time.clock.sleeperCount == 0)
    }

    @Test func `A nameserver that no name leads to is forgotten`() async throws {
        let pool = pool { _ in .gone }
        fail(pool)
        try await time.flow(by: .milliseconds(50)) {
            try await eventually("the server to be forgotten") { pool.diagnostics(at: time.now).isEmpty }
        }
        await pool.shutdown()
    }

    @Test
    func `Probing looks up the names of a nameserver again, and uses the old addresses until then`() async throws {
        let answers = WatchedValue<[IPAddress]>([.v4(.loopback)])
        let lookups = WatchedValue(0)
        let book = HostAddressCache { _ in
            lookups.update { $0 += 1 }
            return answers.current
        }
        let directory = NameserverDirectory([try HostPort("consul.example:1")], hosts: book)
        _ = try await book.addresses(of: "consul.example", until: Deadline(in: .seconds(30)))
        #expect(directory.leads(to: server))
        answers.update { $0 = [] }
        directory.refreshNames(of: server)
        try await lookups.wait("a second lookup", within: .seconds(30)) { $0 == 2 }
        #expect(directory.leads(to: server))
        answers.update { $0 = [.v6(.loopback)] }
        try await eventually("the new address") {
            directory.refreshNames(of: server)
            return book.known("consul.example") == [.v6(.loopback)]
        }
        #expect(!directory.leads(to: server))
    }
}
