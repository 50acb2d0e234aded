// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSources
@testable import ResolverSupport

struct NameserverDirectoryTests {
    private func entries(_ texts: String...) throws -> [HostPort] { try texts.map { try HostPort($0) } }

    /// The servers of a whole tour, and the attempts that were noted for the others.
    private func attempt(
        _ directory: NameserverDirectory,
        _ duration: Duration = .seconds(60)
    ) async throws -> (servers: [String], attempts: [ResolutionFailure.Attempt]) {
        var selection = directory.selection(until: Deadline(in: duration))
        var attempts: [ResolutionFailure.Attempt] = []
        var servers: [String] = []
        while let attempt = try await selection.next(noting: &attempts) { servers.append(attempt.server.description) }
        return (servers, attempts)
    }

    @Test func `A tour visits addresses and the addresses of names, in their order`() async throws {
        let book = HostAddressCache { _ in [IPAddress("10.0.0.2"), IPAddress("::2")].compactMap { $0 } }
        let directory = NameserverDirectory(
            try entries("10.0.0.1:1", "two.example:2", "localhost:3", "[::4]:4"),
            hosts: book
        )
        let (servers, attempts) = try await attempt(directory)
        #expect(servers == ["10.0.0.1:1", "10.0.0.2:2", "[::2]:2", "127.0.0.1:3", "[::4]:4"])
        #expect(attempts.isEmpty)
    }

    @Test func `A tour notes a name without an address, and goes on`() async throws {
        let directory = NameserverDirectory(
            try entries("nowhere.example:1", "10.0.0.1:2"),
            hosts: HostAddressCache { _ in [] }
        )
        let (servers, attempts) = try await attempt(directory)
        #expect(servers == ["10.0.0.1:2"])
        #expect(attempts.map(\.code) == [.nameserverNotFound])
    }

    @Test func `A tour waits for a name no longer than its share of the time`() async throws {
        let never = WatchedValue(false)
        let book = HostAddressCache { _ in
            _ = try? await never.wait { $0 }
            return []
        }
        let directory = NameserverDirectory(try entries("hangs.example:1", "10.0.0.1:2"), hosts: book)
        let (servers, attempts) = try await withDeadline(.seconds(30)) { try await attempt(directory, .seconds(6)) }
        #expect(servers == ["10.0.0.1:2"])
        #expect(attempts.map(\.code) == [.nameserverNotFound])
        never.update { $0 = true }
    }

    @Test
    func `A nameserver's name is looked up again only after all its servers failed`() async throws {
        let count = WatchedValue(0)
        let book = HostAddressCache { _ in
            count.update { $0 += 1 }
            return [.v4(.loopback)]
        }
        let directory = NameserverDirectory(try entries("one.example:1"), hosts: book)
        for _ in 0..<3 {
            var selection = directory.selection(until: Deadline(in: .seconds(60)))
            var attempts: [ResolutionFailure.Attempt] = []
            // The first server works, so the tour does not go on to the next.
            _ = try await selection.next(noting: &attempts)
        }
        #expect(count.current == 1)
        _ = try await attempt(directory)
        _ = try await attempt(directory)
        #expect(count.current == 2)
    }

    @Test
    func `A tour divides the remaining time among the remaining servers`() async throws {
        let directory = NameserverDirectory(
            try entries("10.0.0.1:1", "10.0.0.2:2", "10.0.0.3:3", "10.0.0.4:4"),
            hosts: HostAddressCache { _ in [] }
        )
        var selection = directory.selection(until: Deadline(in: .seconds(1000)))
        var attempts: [ResolutionFailure.Attempt] = []
        for share in [250, 333, 500, 1000] {
            let attempt = try await selection.next(noting: &attempts)
            #expect(try #require(attempt).budget.remaining <= .seconds(share) + .seconds(1))
        }
    }
}
