// SPDX-License-Identifier: Apache-2.0

package import LoadBalancing
package import ResolutionModel

extension LoadBalancer {
    /// Replaces the endpoints with those of a resolution. An outcome without endpoints removes all of them, and its
    /// reason becomes the error of the picks that follow.
    ///
    /// - Parameter isSorted: True if the nearest endpoints come first.
    package func apply(_ resolution: Resolution, isSorted: Bool = false) {
        switch resolution.outcome {
        case .endpoints(let endpoints):
            update(endpoints, isStale: resolution.isStale, isSorted: isSorted)
        case .empty(let reason):
            let words = "Consul knows no healthy instance"
            removeAll(because: PickError(code: .empty, message: reason.map { "\(words): \($0)" } ?? words))
        // Endpoints that may still be used arrive as stale ones. With this outcome there are no endpoints, or they are
        // older than `Cache.staleLimit`.
        case .unknown(let failure):
            removeAll(because: PickError(code: .unknown, message: "Consul did not answer: \(failure)"))
        }
    }
}
