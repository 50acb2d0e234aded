// SPDX-License-Identifier: Apache-2.0

/// Settings of probes that have been checked, and all that can be made of them beforehand.
///
/// Made once for a resolver: reading the system's trust roots takes longer than a probe.
struct ProbePlan: Sendable {
    typealias Probes = ServiceResolver.Configuration.Probes

    /// What a probe does once it is connected.
    enum Question: Sendable {
        case none
        case http(ProbeRequest)
    }

    let mode: Probes.Mode
    let interval: Duration
    let timeout: Duration
    let thresholds: ProbeHealth.Thresholds
    let maximumConcurrent: Int
    let question: Question

    /// - Throws: ``ConfigurationError`` for a check that makes no sense. A probe that asks for something else than it was
    ///   told could take every endpoint out.
    init(_ probes: Probes) throws(ConfigurationError) {
        mode = probes.mode
        // The lower bound is for the endpoints' sake; the upper one, that no sum of times overflows.
        interval = min(max(probes.interval, .milliseconds(100)), .seconds(86_400))
        // An endpoint has one probe at a time.
        timeout = min(max(probes.timeout, .milliseconds(1)), interval)
        thresholds = ProbeHealth.Thresholds(rise: max(probes.rise, 1), fall: max(probes.fall, 1))
        maximumConcurrent = max(probes.maximumConcurrent, 1)
        switch probes.check.kind {
        case .tcp: question = .none
        case .http(let check): question = .http(try ProbeRequest(check))
        }
    }
}
