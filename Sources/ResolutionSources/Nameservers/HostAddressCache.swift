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
    private enum Entry {
        case known([IPAddress])
        case awaited([Int: UnsafeContinuation<[IPAddress], Never>])
    }

    private struct State {
        package var entries: [String: Entry] = [:]
        package var nextWaiter = 0
        /// The callers inside ``HostAddressCache/addresses(of:until:)``.
        package var present: Set<Int> = []
        /// The callers among `present` that were canceled or timed out before their continuation was stored.
        package var released: Set<Int> = []
        /// The hosts that are being looked up again while their known addresses stay in use.
        package var refreshed: Set<String> = []
    }

    private let state = NIOLockedValueBox(State())
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

    /// Returns the addresses of a host if they are known without a lookup; otherwise `nil`.
    func known(_ host: String) -> [IPAddress]? {
        if host.lowercased() == "localhost" { return [.v4(.loopback)] }
        return state.withLockedValue { state in
            if case .known(let addresses) = state.entries[host] { addresses } else { nil }
        }
    }

    /// Starts a new lookup of a known host and returns at once. The known addresses stay in use until it ends.
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
                // An empty result does not replace known addresses. If `forget(_:)` was called in the meantime, a
                // lookup that has started since has the newer result.
                if case .known = state.entries[host], !addresses.isEmpty { state.entries[host] = .known(addresses) }
            }
        }
    }

    /// Drops the addresses of a host, so that the next request for them looks it up again.
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
            // A caller that was released before its continuation was stored returns at once.
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

    /// Resumes one waiter with no addresses. The lookup continues.
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
