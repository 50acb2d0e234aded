// SPDX-License-Identifier: Apache-2.0

extension LoadBalancer.Configuration {
    /// Throws for settings that make no sense. A balancer takes them nevertheless, and makes of them what it can.
    package func check() throws(PolicyError) {
        do { try ejection?.check() } catch { throw error.within("ejection") }
        do { try retryBudget.check() } catch { throw error.within("retryBudget") }
        try PolicyError.require(overprovisioning >= 1 && overprovisioning.isFinite, "overprovisioning") {
            "\(overprovisioning) leaves healthy endpoints without their share; it has to be 1 or more"
        }
        try PolicyError.requireShare(panicThreshold, "panicThreshold")
        try PolicyError.requirePositive(latency.timeConstant, "latency.timeConstant")
        try PolicyError.require(latency.failurePenalty >= .zero, "latency.failurePenalty") {
            "\(latency.failurePenalty) is negative; zero is the least, and makes who fails at once the quickest of all"
        }
        try PolicyError.require(recordHold >= .zero, "recordHold") { "\(recordHold) is negative; zero is the least" }
    }
}
