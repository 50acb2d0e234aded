// SPDX-License-Identifier: Apache-2.0

/// How long a request takes to be worked on, in seconds.
enum ServiceTime: Sendable {
    case constant(Double)
    case exponential(mean: Double)
    /// `spread` is the standard deviation of the logarithm.
    case lognormal(mean: Double, spread: Double)
    case uniform(below: Double)

    func draw(_ chances: inout Chances) -> Double {
        switch self {
        case .constant(let time): time
        case .exponential(let mean): chances.exponential(mean: mean)
        case .lognormal(let mean, let spread): chances.lognormal(mean: mean, spread: spread)
        case .uniform(let bound): chances.unit() * bound
        }
    }
}
