// SPDX-License-Identifier: Apache-2.0

/// A policy that prefers, of two endpoints, the one that is likely to answer sooner, by the recent latency there and
/// the number of requests under way. The default.
///
/// - One of the two is next in turn, and it is picked unless the other is clearly better. As long as no outcomes are
///   reported, or all endpoints are alike, picks take turns by weight.
/// - A failure counts as a long time, so that an endpoint that fails at once does not seem quick.
/// - The time that a request has been waiting already counts, too, so that an endpoint that never answers is noticed
///   before the first request has timed out.
/// - An endpoint that had no requests for long is tried again, now and then, and judged anew.
public struct Adaptive: BalancingPolicy {
    /// The margin by which the other endpoint has to be better: 1 stands for twice as good. Default 1; with 0.5, slow
    /// endpoints are used less and equal ones less evenly.
    public var hysteresis: Double

    /// Creates the policy.
    public init(hysteresis: Double = 1) {
        self.hysteresis = hysteresis
    }

    /// The policy's name.
    public var description: String { "adaptive" }

    /// Always true.
    public var measuresLatency: Bool { true }

    /// Creates a picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        AdaptivePicker(candidates, hysteresis: hysteresis.isFinite ? max(hysteresis, 0) : 1)
    }
}

extension BalancingPolicy where Self == Adaptive {
    /// Of two endpoints, the one that is likely to answer sooner.
    public static var adaptive: Adaptive { Adaptive() }
}
