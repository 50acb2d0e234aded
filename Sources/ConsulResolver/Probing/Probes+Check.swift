// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration.Probes {
    /// What an endpoint has to do to pass. More checks may be added.
    public struct Check: Hashable, Sendable {
        enum Kind: Hashable {
            case tcp
            case http(HTTP)
        }

        /// What is asked over HTTP.
        struct HTTP: Hashable {
            var path: String
            var expectedStatuses: ClosedRange<Int>
            var host: String?
            var tls: TLS?
        }

        let kind: Kind

        /// To accept a TCP connection, which is closed at once.
        public static let tcp = Check(kind: .tcp)

        /// To answer a GET request with an expected status, on a connection of its own. Redirects are not followed, and
        /// the body is not read.
        ///
        /// - Parameters:
        ///   - path: What is asked for: a path from `/` on, with a query if need be, in visible ASCII characters. Others
        ///     are to be percent-encoded (RFC 3986 section 2.1).
        ///   - expectedStatuses: Which statuses are passes. Default 200...399; something within 200...599.
        ///   - host: The `Host` header, for servers that tell services apart by it. Default `nil`: the endpoint's own
        ///     host and port.
        ///   - tls: How TLS is used. Default `nil`: it is not.
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
