// SPDX-License-Identifier: Apache-2.0

/// The time that a server works on a request, in seconds.
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
