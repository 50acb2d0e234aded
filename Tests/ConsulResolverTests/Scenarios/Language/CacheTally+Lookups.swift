// SPDX-License-Identifier: Apache-2.0

@testable import ConsulResolver
@testable import ResolutionModel

extension CacheTally {
    /// The number of lookups of all kinds.
    var lookups: Int { hits + negative + stale + misses + coalesced }
}
