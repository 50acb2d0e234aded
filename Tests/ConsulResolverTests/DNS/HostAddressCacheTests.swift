// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSources
@testable import ResolverSupport

struct HostAddressCacheTests {
    private let address: IPAddress = .v4(IPv4Address(rawValue: 0x0A00_0001))

    /// A lookup that counts its calls and returns when the test sets an answer.
    private struct Lookup: Sendable {
        let count = WatchedValue(0)
        let answer = WatchedValue<[IPAddress]?>(nil)

        func book() -> HostAddressCache {
            HostAddressCache { [count, answer] _ in
                count.update { $0 += 1 }
                return (try? await answer.wait { $0 != nil }).flatMap { $0 } ?? []
            }
        }
    }

    @Test
    func `A host book looks a host up once for all callers, and keeps the result until it is forgotten`() async throws {
        let lookup = Lookup()
        let book = lookup.book()
        let deadline = Deadline(in: .seconds(60))
        try await withThrowingTaskGroup(of: [IPAddress].self) { group in
            for _ in 0..<10 { group.addTask { try await book.addresses(of: "consul.example", until: deadline) } }
            try await lookup.count.wait("a lookup", within: .seconds(10)) { $0 == 1 }
            lookup.answer.update { $0 = [address] }
            for try await found in group { #expect(found == [address]) }
        }
        _ = try await book.addresses(of: "consul.example", until: deadline)
        #expect(lookup.count.current == 1)
        book.forget("consul.example")
        _ = try await book.addresses(of: "consul.example", until: deadline)
        #expect(lookup.count.current == 2)
    }

    @Test func `A host book does not keep an empty result`() async throws {
        let lookup = Lookup()
        let book = lookup.book()
        lookup.answer.update { $0 = [] }
        for count in 1...2 {
            #expect(try await book.addresses(of: "consul.example", until: Deadline(in: .seconds(60))).isEmpty)
            #expect(lookup.count.current == count)
        }
    }

    @Test
    func `A host book waits no longer than the deadline, and keeps the result of a late lookup`() async throws {
        let lookup = Lookup()
        let book = lookup.book()
        let late = try await withDeadline(.seconds(30)) {
            try await book.addresses(of: "consul.example", until: Deadline(in: .milliseconds(20)))
        }
        #expect(late.isEmpty)
        lookup.answer.update { $0 = [address] }
        let found = try await book.addresses(of: "consul.example", until: Deadline(in: .seconds(60)))
        #expect(found == [address])
        #expect(lookup.count.current == 1)
    }

    @Test(arguments: [false, true])
    func `A host book releases a canceled caller at once, before the wait and during it`(isEarly: Bool) async throws {
        let lookup = Lookup()
        let book = lookup.book()
        let asking = Task {
            if isEarly { withUnsafeCurrentTask { $0?.cancel() } }
            return try await book.addresses(of: "consul.example", until: Deadline(in: .seconds(3600)))
        }
        if !isEarly {
            try await lookup.count.wait("a lookup", within: .seconds(10)) { $0 == 1 }
            asking.cancel()
        }
        await #expect(throws: CancellationError.self) {
            try await withDeadline(.seconds(30)) { _ = try await asking.value }
        }
        lookup.answer.update { $0 = [] }
    }

    @Test func `A host book never looks up localhost`() async throws {
        let lookup = Lookup()
        let found = try await lookup.book().addresses(of: "LOCALHOST", until: Deadline(in: .zero))
        #expect(found == [.v4(.loopback)])
        #expect(lookup.count.current == 0)
    }
}
