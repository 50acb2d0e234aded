// SPDX-License-Identifier: Apache-2.0

package import ResolverSupport

/// An endpoint with all inputs of planning. Planning receives verdicts about health, and makes no verdicts itself.
package struct Member: Hashable, Sendable {
    package var endpoint: Endpoint

    /// A hash of host and port that is the same in every process and after every restart. Subsets are drawn by it.
    package var identity: UInt64

    /// The combined verdict of Consul, probes and ejection.
    package var isHealthy: Bool

    /// The moment when it was listed, for the first time or again; `nil` if it was there from the beginning. Then it
    /// starts at full speed (HAProxy's rule): if all of a new client's endpoints started slowly, in effect none would.
    package var joinedAt: Moment?

    /// The position among all members in order of nearness; `nil` if they are not sorted.
    package var order: Int?

    /// The moment of the last failure; `nil` if there was no failure.
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
