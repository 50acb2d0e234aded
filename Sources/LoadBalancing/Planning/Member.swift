// SPDX-License-Identifier: Apache-2.0

/// An endpoint with all that planning has to know of it. Every verdict is handed in; planning judges nobody.
package struct Member: Hashable, Sendable {
    package var endpoint: Endpoint

    /// A hash of host and port that is the same in every process and after every restart: what subsets are drawn by.
    package var identity: UInt64

    /// What Consul, probes and ejection come to together.
    package var isHealthy: Bool

    /// When it was listed, for the first time or again; `nil` if it was there from the beginning. Who was there from the beginning
    /// starts at full speed (HAProxy's rule): if all of a new client's endpoints started slowly, none of them would.
    package var joinedAt: Moment?

    /// Its position among all members in order of nearness; `nil` if they are not sorted.
    package var order: Int?

    /// When it failed last; `nil` if it never has.
    package var lastFailure: Moment?

    package init(
        endpoint: Endpoint,
        identity: UInt64,
        isHealthy: Bool = true,
        joinedAt: Moment? = nil,
        order: Int? = nil,
        lastFailure: Moment? = nil
    ) {
        self.endpoint = endpoint
        self.identity = identity
        self.isHealthy = isHealthy
        self.joinedAt = joinedAt
        self.order = order
        self.lastFailure = lastFailure
    }
}
