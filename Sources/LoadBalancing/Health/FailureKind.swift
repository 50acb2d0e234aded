// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The kind of a failure of an endpoint. Each kind has consequences of its own, and there may be more kinds later,
/// which is why this is no enumeration.
public struct FailureKind: Hashable, Sendable {
    enum Cause: Hashable, Sendable {
        case connect
        case timeout
        case server
        case client
        // Microseconds in 32 bits hold more than the cap, and keep an outcome in one register.
        case overload(retryAfter: UInt32?)
    }

    let cause: Cause

    private init(_ cause: Cause) { self.cause = cause }

    /// No connection came about: refused, unreachable, a failed handshake. The strongest sign there is, since the
    /// request cannot be the reason.
    public static var connect: FailureKind { FailureKind(.connect) }

    /// No answer in time.
    public static var timeout: FailureKind { FailureKind(.timeout) }

    /// An error of the server's own, such as HTTP 5xx or gRPC `INTERNAL` and `UNAVAILABLE`, or a connection that broke.
    public static var server: FailureKind { FailureKind(.server) }

    /// The request was at fault: HTTP 4xx, gRPC `INVALID_ARGUMENT`. It says nothing about the health of the endpoint,
    /// but is a real answer, so its latency counts.
    public static var client: FailureKind { FailureKind(.client) }

    /// The endpoint is up and asks for fewer requests: HTTP 429, HTTP 503 with `Retry-After`, gRPC
    /// `RESOURCE_EXHAUSTED`.
    ///
    /// - Parameter retryAfter: the delay that the endpoint asks for (RFC 9110 section 10.2.3), if it does. More than
    ///   300 seconds count as 300, so that no answer keeps an endpoint away for hours; a negative delay counts as zero.
    public static func overload(retryAfter: Duration? = nil) -> FailureKind {
        FailureKind(
            .overload(
                retryAfter: retryAfter.map { delay in
                    UInt32(min(max(Nanoseconds(delay).count, 0), longestRetryAfter) / 1_000)
                }
            )
        )
    }

    /// The cap of `retryAfter`: 300 seconds, as in linkerd.
    static let longestRetryAfter: Int64 = 300_000_000_000
}

extension FailureKind: CustomStringConvertible {
    /// A word or two, for logs.
    public var description: String {
        switch cause {
        case .connect: "connect"
        case .timeout: "timeout"
        case .server: "server"
        case .client: "client"
        case .overload(nil): "overload"
        case .overload(let delay?): "overload, retry after \(Duration.microseconds(Int64(delay)))"
        }
    }
}
