// SPDX-License-Identifier: Apache-2.0

/// In which way an endpoint failed. What is made of it differs from kind to kind, and there may be more of them later,
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

    /// No connection came about: refused, unreachable, a failed handshake. The strongest sign there is, since nothing of
    /// the request can be the reason.
    public static var connect: FailureKind { FailureKind(.connect) }

    /// No answer in time.
    public static var timeout: FailureKind { FailureKind(.timeout) }

    /// An error of the server's own, such as HTTP 5xx or gRPC `INTERNAL` and `UNAVAILABLE`, or a connection that broke.
    public static var server: FailureKind { FailureKind(.server) }

    /// The request was at fault: HTTP 4xx, gRPC `INVALID_ARGUMENT`. Says nothing about the health of the endpoint, but
    /// is a real answer, so how long it took counts.
    public static var client: FailureKind { FailureKind(.client) }

    /// The endpoint is up and wants less: HTTP 429, HTTP 503 with `Retry-After`, gRPC `RESOURCE_EXHAUSTED`.
    ///
    /// - Parameter retryAfter: when it wants to be asked again (RFC 9110 section 10.2.3), if it said so. More than
    ///   300 seconds are taken for 300, so that no answer keeps an endpoint away for hours; less than none for none.
    public static func overload(retryAfter: Duration? = nil) -> FailureKind {
        FailureKind(
            .overload(
                retryAfter: retryAfter.map { delay in
                    UInt32(min(max(Nanoseconds(delay).count, 0), longestRetryAfter) / 1_000)
                }
            )
        )
    }

    /// As linkerd caps it.
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
