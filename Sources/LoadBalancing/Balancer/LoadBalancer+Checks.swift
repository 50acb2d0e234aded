// SPDX-License-Identifier: Apache-2.0

extension LoadBalancer.Configuration {
    /// Throws for the first setting that is out of range. A balancer accepts such settings, and uses the nearest
    /// sensible values.
    package func check() throws(PolicyError) {
        do { try ejection?.check() } catch { throw error.within("ejection") }
        do { try retryBudget.check() } catch { throw error.within("retryBudget") }
        try PolicyError.require(overprovisioning >= 1 && overprovisioning.isFinite, "overprovisioning") {
            "\(overprovisioning) would leave healthy endpoints without their share; use a finite number of 1 or more"
        }
        try PolicyError.requireShare(panicThreshold, "panicThreshold")
        try PolicyError.requirePositive(latency.timeConstant, "latency.timeConstant")
        try PolicyError.require(latency.failurePenalty >= .zero, "latency.failurePenalty") {
            "\(latency.failurePenalty) is negative; use zero or more. With zero, quick failures look best"
        }
        try PolicyError.require(recordHold >= .zero, "recordHold") { "\(recordHold) is negative; use zero or more" }
    }
}
