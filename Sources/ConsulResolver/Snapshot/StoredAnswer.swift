// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// The answer that an earlier process had for a service.
struct StoredAnswer: Hashable, Sendable {
    /// The endpoints, at least one.
    var endpoints: [Endpoint]
    var isComplete: Bool
    /// The age of the answer when it was loaded; not negative.
    var age: Duration
    /// The time of the answer in seconds since 1970. If the answer is written again before Consul has responded, it
    /// keeps this time and does not become younger.
    var givenAt: Int64
}
