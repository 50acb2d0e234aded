// SPDX-License-Identifier: Apache-2.0

/// The division of picks among tiers: the priorities and places that share the load while the most preferred one cannot
/// take all of it. In each case, each tier gets its share of all keys, clients or picks.
public enum TierChoice: Hashable, Sendable {
    /// By turns.
    case turns

    /// By ``PickOptions/key``: the same tier for the same key, in every process that sees the same shares. When shares
    /// change, few keys move: between two tiers as few as possible, among more at most twice as many. By turns for
    /// picks without a key.
    case key

    /// The same tier for all picks of this client, drawn by the seed; `nil` for the balancer's own.
    case client(seed: UInt64?)
}
