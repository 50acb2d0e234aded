// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Holds back actions until the test opens it, for good. Tests use it instead of a delay: "the answer has not arrived
/// yet" is then a fact and does not depend on speed.
public final class Gate: Sendable {
    private struct State: Sendable {
        var isOpen = false
        var held: [@Sendable () -> Void] = []
    }

    private let state = NIOLockedValueBox(State())

    /// Makes a closed gate.
    public init() {}

    /// Runs the held actions in order and lets all later ones pass. Opening twice is allowed.
    public func release() {
        let held = state.withLockedValue { state in
            defer { state.held = [] }
            state.isOpen = true
            return state.held
        }
        held.forEach { $0() }
    }

    /// The number of actions held.
    public var held: Int { state.withLockedValue { $0.held.count } }

    /// Runs the action when the gate is open: at once, or in ``release()``.
    func pass(_ action: @escaping @Sendable () -> Void) {
        let isOpen = state.withLockedValue { state in
            if !state.isOpen { state.held.append(action) }
            return state.isOpen
        }
        if isOpen { action() }
    }
}

extension Gate: Hashable {
    /// Compares by identity.
    public static func == (left: Gate, right: Gate) -> Bool { left === right }

    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
