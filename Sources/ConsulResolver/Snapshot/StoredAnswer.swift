// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// What an earlier process knew of a service.
struct StoredAnswer: Hashable, Sendable {
    /// At least one.
    var endpoints: [Endpoint]
    var isComplete: Bool
    /// How old the answer was when it was loaded; never negative.
    var age: Duration
    /// The same as a moment, for whoever writes the answer again before Consul has been heard: it must not become
    /// younger by that.
    var givenAt: Int64
}
