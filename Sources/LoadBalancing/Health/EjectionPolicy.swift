// SPDX-License-Identifier: Apache-2.0

/// When an endpoint that fails is left alone, and for how long.
///
/// Each client decides by what it has seen itself. The rules add up: whichever is met first ejects.
public struct EjectionPolicy: Hashable, Sendable {
    /// Failures in a row that eject an endpoint; 0 for never. 5, as in Envoy (`consecutive_5xx`) and Finagle.
    public var consecutiveFailures: Int

    /// Failures to connect in a row that eject an endpoint; 0 for never. Fewer than of others (3), because a refused
    /// connection is not the fault of one unlucky request.
    public var consecutiveConnectFailures: Int

    /// The share of successes, within 0...1, below which an endpoint is ejected; 0 for never. 0.8.
    ///
    /// Failures in a row alone do not find an endpoint that fails every other time: five in a row then take 62 requests
    /// on average, and 3,905 if every fifth fails.
    public var successRate: Double

    /// The time over which ``successRate`` is taken: 30 seconds.
    public var window: Duration

    /// The requests within ``window`` without which ``successRate`` says nothing: 20.
    public var minimumSamples: Int

    /// The failures within ``window`` without which ``successRate`` says nothing: 5. Without it, a few failures at low
    /// traffic would do.
    public var minimumFailures: Int

    /// How long the first ejection lasts: 5 seconds, of which a random half is left out. Each further one lasts twice as
    /// long.
    public var baseTime: Duration

    /// How long no ejection exceeds: 60 seconds. An endpoint that has stayed in for as long is forgiven one doubling.
    public var maximumTime: Duration

    /// The share of endpoints, within 0...1, that may be out at once: 0.5. One always may, unless the share is 0, and the
    /// last one never. When more than that fail, it is rarely the endpoints' fault, and the rest would be overrun.
    public var maximumShare: Double

    /// A policy.
    public init(
        consecutiveFailures: Int = 5,
        consecutiveConnectFailures: Int = 3,
        successRate: Double = 0.8,
        window: Duration = .seconds(30),
        minimumSamples: Int = 20,
        minimumFailures: Int = 5,
        baseTime: Duration = .seconds(5),
        maximumTime: Duration = .seconds(60),
        maximumShare: Double = 0.5
    ) {
        self.consecutiveFailures = consecutiveFailures
        self.consecutiveConnectFailures = consecutiveConnectFailures
        self.successRate = successRate
        self.window = window
        self.minimumSamples = minimumSamples
        self.minimumFailures = minimumFailures
        self.baseTime = baseTime
        self.maximumTime = maximumTime
        self.maximumShare = maximumShare
    }
}
