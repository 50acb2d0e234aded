// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Holds back what passes through it until the test opens it, for good. This is what a test has instead of a delay:
/// "the answer has not come yet" is then a fact and not a matter of speed.
public final class Gate: Sendable {
    private struct State: Sendable {
        var isOpen = false
        var held: [@Sendable () -> Void] = []
    }

    private let state = NIOLockedValueBox(State())

    /// A gate that is closed.
    public init() {}

    /// Lets everything through that it holds, in order, and from now on whatever comes. Opening twice is fine.
    public func release() {
        let held = state.withLockedValue { state in
            defer { state.held = [] }
            state.isOpen = true
            return state.held
        }
        held.forEach { $0() }
    }

    /// How many it holds.
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
    /// A gate is itself and no other.
    public static func == (left: Gate, right: Gate) -> Bool { left === right }

    /// By identity, too.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
