// SPDX-License-Identifier: Apache-2.0

/// The outcome of one request.
struct Sample: Sendable {
    /// Nanoseconds since the start.
    let sentAt: Int64
    /// Nanoseconds.
    let latency: Int64
    let server: Int32
    let client: Int32
    let failed: Bool
}
