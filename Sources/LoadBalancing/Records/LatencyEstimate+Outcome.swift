// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

extension LatencyEstimate {
    /// The least that a failure counts as: 5 seconds, as in linkerd.
    static var failurePenalty: Int64 { 5_000_000_000 }

    /// Returns the latency to count for an outcome; `nil` if it counts as no latency.
    ///
    /// Failures have a price, since they are often quick: an endpoint that refuses within a millisecond looks like the
    /// best of all, and attracts all requests.
    func latency(
        of outcome: Outcome,
        elapsed nanoseconds: Int64,
        at now: Moment,
        penalty: Int64 = LatencyEstimate.failurePenalty
    ) -> Int64? {
        let elapsed = max(nanoseconds, 0)
        switch outcome.ending {
        case .success:
            return elapsed
        case .failure(let kind):
            return max(elapsed, kind.price(penalty: penalty))
        case .neutral:
            // The request would have taken at least as long. That counts only if it is more than was expected, and not
            // for an endpoint without an estimate: a request canceled at once would count as very quick.
            guard let expected = value(at: now), elapsed > expected else { return nil }
            return elapsed
        }
    }
}

extension FailureKind {
    fileprivate func price(penalty: Int64) -> Int64 {
        switch cause {
        case .connect, .timeout, .server, .overload(nil): penalty
        // The delay that the endpoint asks for, even if it is less than the penalty: it knows best. HTTP cannot express
        // a delay between zero and a second, and zero would make a refusal as good as an answer.
        case .overload(let delay?): max(Int64(delay) * 1_000, min(penalty, 1_000_000_000))
        // A real answer, which took as long as it took.
        case .client: 0
        }
    }
}
