// SPDX-License-Identifier: Apache-2.0

extension EjectionPolicy {
    /// Throws for the first setting that is out of range.
    package func check() throws(PolicyError) {
        try PolicyError.require(consecutiveFailures, atLeast: 0, "consecutiveFailures")
        try PolicyError.require(consecutiveConnectFailures, atLeast: 0, "consecutiveConnectFailures")
        try PolicyError.requireShare(successRate, "successRate")
        try PolicyError.requirePositive(window, "window")
        try PolicyError.require(minimumSamples, atLeast: 1, "minimumSamples")
        try PolicyError.require(minimumFailures, atLeast: 1, "minimumFailures")
        try PolicyError.requirePositive(baseTime, "baseTime")
        guard maximumTime >= baseTime else {
            throw PolicyError(
                property: "maximumTime",
                message: "\(maximumTime) is less than baseTime; use \(baseTime) or more"
            )
        }
        try PolicyError.requireShare(maximumShare, "maximumShare")
    }
}
