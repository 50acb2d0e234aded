// SPDX-License-Identifier: Apache-2.0

/// The use that this process makes of an endpoint, as of the moment of reading.
public struct EndpointLoad: Sendable {
    let record: EndpointRecord

    /// The number of leases that are not finished.
    public var outstanding: Int { record.load.outstanding }

    /// The average time of requests, which rises at once and falls slowly; `nil` if it was not measured or never
    /// reported.
    public var latency: Duration? {
        let estimate = record.load.storedEstimate
        return estimate > 0 ? .nanoseconds(Int64(estimate)) : nil
    }
}
