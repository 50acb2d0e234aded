// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NetworkAddress
import ResolverSupport

/// A cache of host addresses. Each host is looked up once, and its addresses are kept until they turn out to be
/// useless.
///
/// The system may block a lookup for any time. Each caller waits no longer than its own deadline, and all callers for
/// the same name share one lookup.
package final class HostAddressCache: Sendable {
    private struct Entry: Sendable {
        enum Next {
            case answer([IPAddress])
            case wait(WaiterList<[IPAddress]>.Place, startsLookup: Bool)
        }

        /// The known addresses; empty if there are none, or the host has to be looked up.
        var addresses: [IPAddress] = []
        /// True while callers wait for a lookup, which is under way.
        var isLookedUp = false
        /// True while the host is looked up again and its known addresses stay in use.
        var isRefreshed = false
        /// The callers that wait for the lookup.
        var waiters = WaiterList<[IPAddress]>()

        mutating func next() -> Next {
            guard addresses.isEmpty else { return .answer(addresses) }
            defer { isLookedUp = true }
            return .wait(waiters.enter(), startsLookup: !isLookedUp)
        }

        mutating func beginRefresh() -> Bool {
            guard !addresses.isEmpty, !isRefreshed else { return false }
            isRefreshed = true
            return true
        }

        mutating func endRefresh(_ found: [IPAddress]) {
            isRefreshed = false
            // An empty result does not replace known addresses. If they were forgotten in the meantime, a lookup that
            // has started since has the newer result.
            if !addresses.isEmpty, !found.isEmpty { addresses = found }
        }

        mutating func endLookup(_ found: [IPAddress]) -> [WaiterList<[IPAddress]>.Call] {
            (addresses, isLookedUp) = (found, false)
            return waiters.settleAll(with: found)
        }
    }

    private let entries = NIOLockedValueBox<[String: Entry]>([:])
    private let lookUp: @Sendable (String) async -> [IPAddress]

    /// - Parameter lookUp: Returns the addresses of a host; an empty list if it has none or the lookup fails.
    init(lookUp: @escaping @Sendable (String) async -> [IPAddress]) {
        self.lookUp = lookUp
    }

    /// Returns the addresses of a host; an empty list if it has none or they are not known by the deadline.
    ///
    /// - Throws: `CancellationError`, as soon as the task is canceled.
    func addresses(of host: String, until deadline: Deadline) async throws -> [IPAddress] {
        // `localhost` always is the loopback address and needs no lookup (RFC 6761 section 6.3).
        if host.lowercased() == "localhost" { return [.v4(.loopback)] }
        try Task.checkCancellation()
        switch entries.withLockedValue({ $0[host, default: Entry()].next() }) {
        case .answer(let addresses):
            return addresses
        case .wait(let place, let startsLookup):
            if startsLookup { Task { finish(host, await lookUp(host)) } }
            return try await wait(at: place, for: host, until: deadline)
        }
    }

    private func wait(
        at place: WaiterList<[IPAddress]>.Place,
        for host: String,
        until deadline: Deadline
    ) async throws -> [IPAddress] {
        let timer = Task {
            try await TimeSource.sleep(until: deadline.moment)
            leave(place, of: host)?.resume()
        }
        defer { timer.cancel() }
        let addresses = await WaiterList.value { continuation in
            entries.withLockedValue { $0[host]?.waiters.wait(continuation, at: place) }
        } onCancel: {
            leave(place, of: host)
        }
        try Task.checkCancellation()
        return addresses
    }

    /// Returns the addresses of a host if they are known without a lookup; otherwise `nil`.
    func known(_ host: String) -> [IPAddress]? {
        if host.lowercased() == "localhost" { return [.v4(.loopback)] }
        let addresses = entries.withLockedValue { $0[host]?.addresses ?? [] }
        return addresses.isEmpty ? nil : addresses
    }

    /// Starts a new lookup of a known host and returns at once. The known addresses stay in use until it ends.
    func refresh(_ host: String) {
        guard entries.withLockedValue({ $0[host]?.beginRefresh() }) == true else { return }
        Task {
            let addresses = await lookUp(host)
            entries.withLockedValue { $0[host]?.endRefresh(addresses) }
        }
    }

    /// Drops the addresses of a host, so that the next request for them looks it up again.
    func forget(_ host: String) {
        entries.withLockedValue { $0[host]?.addresses = [] }
    }

    private func finish(_ host: String, _ addresses: [IPAddress]) {
        let calls = entries.withLockedValue { $0[host]?.endLookup(addresses) ?? [] }
        for call in calls { call.resume() }
    }

    /// Settles the place of one waiter with no addresses. The lookup continues.
    ///
    /// - Returns: The call that resumes the waiter.
    private func leave(_ place: WaiterList<[IPAddress]>.Place, of host: String) -> WaiterList<[IPAddress]>.Call? {
        entries.withLockedValue { $0[host]?.waiters.settle(place, with: []) }
    }
}
