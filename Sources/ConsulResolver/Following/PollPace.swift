// SPDX-License-Identifier: Apache-2.0

/// Decides when a followed service is asked about again. A pure value.
struct PollPace {
    private let minimum: Duration
    private let maximum: Duration
    private var failures = 0

    private static let (firstRetry, lastRetry) = (Duration.milliseconds(500), Duration.seconds(5))

    init(_ following: ServiceResolver.Configuration.Following) {
        minimum = max(following.minimumInterval, .milliseconds(10))
        maximum = max(following.maximumInterval, minimum)
    }

    /// How long to wait after an answer.
    ///
    /// A tenth is left to chance, so that processes that were started together do not ask together. After a failure the
    /// pauses double: it is somebody in trouble who would be asked more often.
    ///
    /// - Parameter chance: A random number in 0..<1.
    mutating func pause(after answer: Resolution, chance: Double) -> Duration {
        guard case .unknown = answer.outcome else {
            failures = 0
            return min(max(answer.timeToLive, minimum), maximum) * (0.9 + 0.1 * chance)
        }
        failures = min(failures + 1, 16)
        let ceiling = min(PollPace.firstRetry * (1 << (failures - 1)), PollPace.lastRetry)
        return max(ceiling * (0.5 + 0.5 * chance), min(minimum, PollPace.firstRetry) * 0.5)
    }
}
