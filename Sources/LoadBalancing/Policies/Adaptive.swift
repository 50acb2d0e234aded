// SPDX-License-Identifier: Apache-2.0

/// Of two endpoints, the one where a request is likely to be answered sooner, by how long requests have taken there lately and
/// how many are under way. The default.
///
/// - One of the two is whose turn it is, and it stays with that one unless the other is clearly better. As long as nobody
///   reports how requests went, or all endpoints are alike, it takes turns by weight.
/// - A failure counts as a long time, so that an endpoint that fails at once is not taken for a quick one.
/// - The time that a request has been waiting already counts, too, so that an endpoint that never answers is noticed
///   before the first request has timed out.
/// - An endpoint that was left alone for long is tried again, now and then, and judged anew.
public struct Adaptive: BalancingPolicy {
    /// By how much the other one has to be better: 1 stands for twice as good. Default 1; with 0.5, slow endpoints are used
    /// less and equal ones less evenly.
    public var hysteresis: Double

    /// The policy.
    public init(hysteresis: Double = 1) {
        self.hysteresis = hysteresis
    }

    /// The policy's name.
    public var description: String { "adaptive" }

    /// Always.
    public var measuresLatency: Bool { true }

    /// A picker.
    public func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        AdaptivePicker(candidates, hysteresis: hysteresis.isFinite ? max(hysteresis, 0) : 1)
    }
}

extension BalancingPolicy where Self == Adaptive {
    /// Of two endpoints, the one where a request is likely to be answered sooner.
    public static var adaptive: Adaptive { Adaptive() }
}
