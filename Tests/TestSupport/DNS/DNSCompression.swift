// SPDX-License-Identifier: Apache-2.0

/// The names in a message that are compressed to a pointer to an earlier occurrence.
public enum DNSCompression: Sendable, Hashable, CaseIterable {
    /// All names except SRV targets, as Consul writes them. Later names may point to a target that is spelled out.
    case consul
    /// No names.
    case none
    /// SRV targets too, which RFC 2782 forbids and readers must tolerate.
    case everywhere
}
