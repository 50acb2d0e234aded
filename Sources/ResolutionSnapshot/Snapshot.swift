// SPDX-License-Identifier: Apache-2.0

package import LoadBalancing
package import ResolutionModel

/// The last known answers for the services that a process requests, for use by the next process.
///
/// Times are wall-clock times in whole seconds since 1970, since other clocks do not survive a restart. A snapshot
/// holds no secrets, since requests and endpoints are not secret.
package struct Snapshot: Hashable, Sendable {
    /// The answer for one service.
    package struct Entry: Hashable, Sendable {
        package var request: ServiceRequest
        package var endpoints: [Endpoint]
        /// The time at which Consul gave this answer, or last confirmed it.
        package var givenAt: Int64
        package var isComplete: Bool

        package init(request: ServiceRequest, endpoints: [Endpoint], givenAt: Int64, isComplete: Bool) {
            self.request = request
            self.endpoints = endpoints
            self.givenAt = givenAt
            self.isComplete = isComplete
        }
    }

    var writtenAt: Int64
    package var entries: [Entry]
}
