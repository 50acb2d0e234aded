// SPDX-License-Identifier: Apache-2.0

/// Where a message may point back to a name it has spelled out before.
public enum DNSCompression: Sendable, Hashable, CaseIterable {
    /// As Consul does: everywhere but in SRV targets, which are spelled out and may be pointed at by later names.
    case consul
    /// Nowhere.
    case none
    /// In SRV targets too, which RFC 2782 forbids and a reader has to bear.
    case everywhere
}
