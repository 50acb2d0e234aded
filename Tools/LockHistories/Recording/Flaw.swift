// SPDX-License-Identifier: Apache-2.0

/// A mechanism that is switched off, for schedules whose histories must then not be linearizable.
package enum Flaw: String, Hashable, Sendable, CaseIterable {
    /// Writes carry no token, and no check of the holder.
    case withoutFencing = "without-fencing"
    /// A body goes on after its session was lost.
    case ignoresLoss = "ignores-loss"
    /// The token is Consul's `LockIndex`, which begins again when the key is deleted.
    case lockIndexAsToken = "lock-index-as-token"
    /// The key is free as soon as its session has ended, although a check may end a session at any moment.
    case withoutLockDelay = "without-lock-delay"
    /// Sessions end after half of their time to live. No version of Consul does that.
    case earlyExpiry = "early-expiry"
}
