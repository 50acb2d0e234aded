// SPDX-License-Identifier: Apache-2.0

extension ResolverConfiguration.Probes {
    /// The check that an endpoint has to pass. More checks may be added.
    public struct Check: Hashable, Sendable {
        package enum Kind: Hashable {
            case tcp
            case http(HTTP)
        }

        /// The settings of an HTTP check.
        package struct HTTP: Hashable {
            package var path: String
            package var expectedStatuses: ClosedRange<Int>
            package var host: String?
            package var tls: TLS?
        }

        package let kind: Kind

        /// A check that passes if the endpoint accepts a TCP connection, which is closed at once.
        public static let tcp = Check(kind: .tcp)

        /// Returns a check that passes if the endpoint answers a GET request with an expected status. Each check has a
        /// connection of its own. It does not follow redirects or read the body.
        ///
        /// - Parameters:
        ///   - path: The path of the request, from `/` on, with a query if needed, in visible ASCII characters. Other
        ///     characters must be percent-encoded (RFC 3986 section 2.1).
        ///   - expectedStatuses: The range of statuses that pass. Default 200...399. It must overlap 200...599.
        ///   - host: The `Host` header, for servers that select the service by it. Default `nil`: the endpoint's own
        ///     host and port.
        ///   - tls: The TLS settings. Default `nil`: no TLS.
        public static func http(
            path: String = "/",
            expectedStatuses: ClosedRange<Int> = 200...399,
            host: String? = nil,
            tls: TLS? = nil
        ) -> Check {
            Check(kind: .http(HTTP(path: path, expectedStatuses: expectedStatuses, host: host, tls: tls)))
        }
    }
}
