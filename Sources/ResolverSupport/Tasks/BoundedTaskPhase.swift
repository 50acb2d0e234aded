// SPDX-License-Identifier: Apache-2.0

/// Decides whether the work of a ``BoundedTask`` is canceled when its caller leaves. A pure value.
struct BoundedTaskPhase: Sendable {
    private enum Base { case cancelable, held, over }

    private var base = Base.cancelable
    private(set) var isAbandoned = false

    /// True if the work has ended.
    var isOver: Bool { base == .over }

    /// Records that the work is held from now on.
    ///
    /// - Returns: True if the work should continue; false if the caller has left.
    mutating func hold() -> Bool {
        guard !isAbandoned, !isOver else { return false }
        base = .held
        return true
    }

    /// Records the end of the hold.
    ///
    /// - Returns: True if the work should continue; false if the caller has left.
    mutating func release() -> Bool {
        if base == .held { base = .cancelable }
        return !isAbandoned
    }

    /// Records that the caller leaves.
    ///
    /// - Returns: True if the work should be canceled at once; false if it is held or has ended.
    mutating func abandon() -> Bool {
        isAbandoned = true
        return base == .cancelable
    }

    /// Records that the work has ended.
    mutating func end() {
        base = .over
    }
}
