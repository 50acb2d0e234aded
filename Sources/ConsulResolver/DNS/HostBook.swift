// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NetworkAddress

/// The addresses of hosts, looked up once and kept until they turn out to be of no use.
///
/// A lookup may block for as long as the system likes. Whoever waits for one waits no longer than it wants to, and all
/// who want the same name wait for the same lookup.
final class HostBook: Sendable {
    private enum Entry {
        case known([IPAddress])
        case awaited([Int: UnsafeContinuation<[IPAddress], Never>])
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var nextWaiter = 0
        /// Callers that have begun, and of those the ones that were let go before they had anything to wait for.
        var present: Set<Int> = []
        var released: Set<Int> = []
        /// Hosts that are looked up again while their addresses go on being used.
        var refreshed: Set<String> = []
    }

    private let state = NIOLockedValueBox(State())
    private let lookUp: @Sendable (String) async -> [IPAddress]

    /// - Parameter lookUp: Finds the addresses of a host; none when there are none or nobody can tell.
    init(lookUp: @escaping @Sendable (String) async -> [IPAddress]) {
        self.lookUp = lookUp
    }

    /// The addresses of a host; none if there are none or they are not known in time.
    ///
    /// - Throws: `CancellationError`, at once.
    func addresses(of host: String, until deadline: Deadline) async throws -> [IPAddress] {
        // It never needs a lookup (RFC 6761 section 6.3).
        if host.lowercased() == "localhost" { return [.v4(.loopback)] }
        let id = state.withLockedValue { state in
            state.nextWaiter += 1
            state.present.insert(state.nextWaiter)
            return state.nextWaiter
        }
        defer {
            state.withLockedValue { state in
                state.present.remove(id)
                state.released.remove(id)
            }
        }
        let timer = Task {
            try await Task.sleep(for: max(deadline.remaining, .zero))
            self.release(id, of: host)
        }
        defer { timer.cancel() }
        let addresses = await withTaskCancellationHandler {
            await withUnsafeContinuation { enroll($0, as: id, for: host) }
        } onCancel: {
            release(id, of: host)
        }
        try Task.checkCancellation()
        return addresses
    }

    /// The addresses of a host, if it has been looked up already.
    func known(_ host: String) -> [IPAddress]? {
        if host.lowercased() == "localhost" { return [.v4(.loopback)] }
        return state.withLockedValue { state in
            if case .known(let addresses) = state.entries[host] { addresses } else { nil }
        }
    }

    /// Has the host looked up again while its addresses go on being used. Returns at once.
    func refresh(_ host: String) {
        let isFirst = state.withLockedValue { state in
            guard case .known = state.entries[host] else { return false }
            return state.refreshed.insert(host).inserted
        }
        guard isFirst else { return }
        Task {
            let addresses = await lookUp(host)
            state.withLockedValue { state in
                state.refreshed.remove(host)
                // Old addresses are better than none; and whoever looks it up now has begun later, and knows better.
                if case .known = state.entries[host], !addresses.isEmpty { state.entries[host] = .known(addresses) }
            }
        }
    }

    /// Has the host looked up again when it is asked for next.
    func forget(_ host: String) {
        state.withLockedValue { state in
            if case .known = state.entries[host] { state.entries[host] = nil }
        }
    }

    private func enroll(_ waiter: UnsafeContinuation<[IPAddress], Never>, as id: Int, for host: String) {
        enum Next {
            case answer([IPAddress])
            case lookUp
            case wait
        }
        let next: Next = state.withLockedValue { state in
            // Whoever was let go before there was a waiter to release is not to become one.
            if state.released.contains(id) { return .answer([]) }
            switch state.entries[host] {
            case .known(let addresses):
                return .answer(addresses)
            case .awaited(var waiters):
                waiters[id] = waiter
                state.entries[host] = .awaited(waiters)
                return .wait
            case nil:
                state.entries[host] = .awaited([id: waiter])
                return .lookUp
            }
        }
        switch next {
        case .answer(let addresses): waiter.resume(returning: addresses)
        case .lookUp: Task { finish(host, await lookUp(host)) }
        case .wait: break
        }
    }

    private func finish(_ host: String, _ addresses: [IPAddress]) {
        let waiters = state.withLockedValue { state in
            let entry = state.entries[host]
            state.entries[host] = addresses.isEmpty ? nil : .known(addresses)
            if case .awaited(let waiters) = entry { return Array(waiters.values) } else { return [] }
        }
        for waiter in waiters { waiter.resume(returning: addresses) }
    }

    /// Lets one waiter go without an answer. The lookup goes on.
    private func release(_ id: Int, of host: String) {
        let waiter: UnsafeContinuation<[IPAddress], Never>? = state.withLockedValue { state in
            if case .awaited(var waiters) = state.entries[host], let waiter = waiters.removeValue(forKey: id) {
                state.entries[host] = .awaited(waiters)
                return waiter
            }
            if state.present.contains(id) { state.released.insert(id) }
            return nil
        }
        waiter?.resume(returning: [])
    }
}
