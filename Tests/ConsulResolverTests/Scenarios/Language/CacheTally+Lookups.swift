// SPDX-License-Identifier: Apache-2.0

@testable import ConsulResolver

extension CacheTally {
    /// Lookups of all kinds.
    var lookups: Int { hits + negative + stale + misses + coalesced }
}
