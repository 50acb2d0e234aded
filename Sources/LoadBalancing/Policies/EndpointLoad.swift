// SPDX-License-Identifier: Apache-2.0

/// What this process has going on with an endpoint, as of the moment of reading.
public struct EndpointLoad: Sendable {
    let record: EndpointRecord

    /// How many leases are not finished.
    public var outstanding: Int { record.load.outstanding }

    /// How long requests take, as an average that jumps up at once and comes down slowly; `nil` if that was not measured
    /// or never reported.
    public var latency: Duration? {
        let estimate = record.load.storedEstimate
        return estimate > 0 ? .nanoseconds(Int64(estimate)) : nil
    }
}
