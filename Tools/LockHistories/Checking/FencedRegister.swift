// SPDX-License-Identifier: Apache-2.0

/// A register that accepts a write if its fencing token is not smaller than the largest token that was seen.
///
/// Where the lock and the register are one store, an acquisition shows its token, too: from then on, no write with an
/// older token is accepted, and the next acquisition has a larger one.
package struct FencedRegister: SequentialModel {
    package enum Action: Hashable, Sendable {
        /// The acquisition of the lock with this token.
        case acquire(UInt64)
        /// A write with this token.
        case write(UInt64, value: Int)
        case read
    }

    package enum Outcome: Hashable, Sendable {
        /// The acquisition or the write has taken effect.
        case done
        /// The register refused the write because of its token.
        case refused
        /// The register refused the write because the lock was lost, perhaps with no acquisition since. It had no effect.
        case lost
        /// The value that was read; 0 before the first write.
        case value(Int)
    }

    private var largest: UInt64 = 0
    private var value = 0

    package init() {}

    package func applying(_ action: Action, _ outcome: Outcome?) -> FencedRegister? {
        var next = self
        switch (action, outcome) {
        case (.acquire(let token), .done), (.acquire(let token), nil):
            guard token > largest else { return nil }
            next.largest = token
        case (.write(let token, let value), .done), (.write(let token, let value), nil):
            guard token >= largest else { return nil }
            (next.largest, next.value) = (token, value)
        case (.write(let token, _), .refused):
            guard token < largest else { return nil }
        case (.write, .lost):
            break
        case (.read, .value(let read)):
            guard read == value else { return nil }
        default:
            return nil
        }
        return next
    }
}
