// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulResolver
import Testing

@testable import ConsulGRPC

struct ConnectionTableTests {
    private let a = HostPort.loopback(1)
    private let b = HostPort.loopback(2)

    private func ticket(_ lookup: ConnectionTable<String>.Lookup) throws -> ConnectionTable<String>.Ticket {
        guard case .found(let ticket) = lookup else { throw Missing() }
        return ticket
    }

    private struct Missing: Error {}

    @Test
    func `A connection is added once, and run once`() throws {
        var table = ConnectionTable<String>()
        guard case .missing = table.beginCall(to: a) else { throw Missing() }
        #expect(try ticket(table.add("first", to: a, isForCall: true)).connection == "first")
        #expect(try ticket(table.add("second", to: a, isForCall: true)).connection == "first")
        #expect(try ticket(table.beginCall(to: a)).connection == "first")
        #expect(table.takeUnstarted().map(\.connection) == ["first"])
        #expect(table.takeUnstarted().isEmpty)
    }

    @Test
    func `A list closes the connections to endpoints that are not in it, with calls under way or not`() throws {
        var table = ConnectionTable<String>()
        let first = try ticket(table.add("a", to: a, isForCall: true))
        _ = table.add("b", to: b, isForCall: false)
        #expect(table.list([b]) == ["a"])
        #expect(!table.contains(first))
        // The call ends later, and closes no connection a second time.
        #expect(table.endCall(first) == nil)
        #expect(try ticket(table.beginCall(to: b)).connection == "b")
    }

    @Test
    func `A connection to an endpoint that is not listed closes with its last call`() throws {
        var table = ConnectionTable<String>()
        #expect(table.list([b]).isEmpty)
        let first = try ticket(table.add("a", to: a, isForCall: true))
        let second = try ticket(table.beginCall(to: a))
        #expect(table.endCall(first) == nil)
        #expect(table.endCall(second) == "a")
        guard case .missing = table.beginCall(to: a) else { throw Missing() }
    }

    @Test
    func `A connection stays between calls while its endpoint is listed, and before the first list`() throws {
        var table = ConnectionTable<String>()
        let early = try ticket(table.add("a", to: a, isForCall: true))
        #expect(table.endCall(early) == nil && table.contains(early))
        #expect(table.list([a]).isEmpty)
        let later = try ticket(table.beginCall(to: a))
        #expect(table.endCall(later) == nil && table.contains(later))
    }

    @Test
    func `Listed endpoints without a connection lack one`() {
        var table = ConnectionTable<String>()
        #expect(!table.lacks(a))
        _ = table.list([a])
        #expect(table.lacks(a) && !table.lacks(b))
        _ = table.add("a", to: a, isForCall: false)
        #expect(!table.lacks(a))
    }

    @Test
    func `An endpoint that comes back gets another connection, which the end of the old one does not remove`() throws {
        var table = ConnectionTable<String>()
        let old = try ticket(table.add("old", to: a, isForCall: true))
        _ = table.list([])
        _ = table.list([a])
        let new = try ticket(table.add("new", to: a, isForCall: true))
        table.remove(old)
        #expect(table.endCall(old) == nil && table.contains(new))
        table.remove(new)
        #expect(!table.contains(new))
    }

    @Test
    func `A closed table closes all connections, and has none from then on`() throws {
        var table = ConnectionTable<String>()
        _ = table.add("a", to: a, isForCall: true)
        _ = table.add("b", to: b, isForCall: false)
        #expect(table.close().sorted() == ["a", "b"])
        #expect(table.close().isEmpty && table.list([a]).isEmpty && !table.lacks(a))
        guard case .closed = table.beginCall(to: a) else { throw Missing() }
        guard case .closed = table.add("c", to: a, isForCall: true) else { throw Missing() }
        // Both have to be run all the same: calls may wait for them.
        #expect(table.takeUnstarted().count == 2)
    }
}

#endif
