// SPDX-License-Identifier: Apache-2.0

package import ResolutionModel

/// The validated settings of probes, with everything that can be prepared from them.
///
/// It is created once for a resolver, because reading the system's trust roots takes longer than a probe.
package struct ProbePlan: Sendable {
    package typealias Probes = ResolverConfiguration.Probes

    /// The check that a probe performs on its connection.
    package enum Question: Sendable {
        case none
        case http(ProbeRequest)
    }

    package let mode: Probes.Mode
    package let interval: Duration
    package let timeout: Duration
    let thresholds: ProbeHealth.Thresholds
    package let maximumConcurrent: Int
    package let question: Question

    /// - Throws: ``ConfigurationError`` for an invalid check. It is not corrected, because a probe with another check
    ///   than the configured one could take out every endpoint.
    package init(_ probes: Probes) throws(ConfigurationError) {
        mode = probes.mode
        // The lower bound protects the endpoints; the upper bound keeps sums of times from overflowing.
        interval = min(max(probes.interval, .milliseconds(100)), .seconds(86_400))
        // The timeout is at most the interval, since an endpoint has one probe at a time.
        timeout = min(max(probes.timeout, .milliseconds(1)), interval)
        thresholds = ProbeHealth.Thresholds(rise: max(probes.rise, 1), fall: max(probes.fall, 1))
        maximumConcurrent = max(probes.maximumConcurrent, 1)
        switch probes.check.kind {
        case .tcp: question = .none
        case .http(let check): question = .http(try ProbeRequest(check))
        }
    }
}
