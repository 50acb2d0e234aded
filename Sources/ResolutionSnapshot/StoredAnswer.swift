// SPDX-License-Identifier: Apache-2.0

package import LoadBalancing

/// The answer that an earlier process had for a service.
package struct StoredAnswer: Hashable, Sendable {
    /// The endpoints, at least one.
    package var endpoints: [Endpoint]
    package var isComplete: Bool
    /// The age of the answer when it was loaded; not negative.
    package var age: Duration
    /// The time of the answer in seconds since 1970. If the answer is written again before Consul has responded, it
    /// keeps this time and does not become younger.
    package var givenAt: Int64
}
