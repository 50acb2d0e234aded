// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import LoadBalancing
import NIOHTTP1

/// The URL of a request to a service, in parts. Its host names the service; each attempt replaces it by an endpoint.
struct ServiceURL: Hashable, Sendable {
    /// `http` or `https`, in lower case.
    let scheme: String
    /// The host, and the port if there is one, as the URL has them.
    let authority: String
    /// The port of the URL, without the colon.
    private let port: String?
    /// The rest of the URL, from the path on; it may be empty.
    private let target: String

    /// Parses a URL. The path and the query stay as they are: AsyncHTTPClient checks them.
    ///
    /// - Throws: The errors of AsyncHTTPClient for URLs without a scheme, with a scheme other than `http` and `https`,
    ///   and without a host.
    init(_ text: String) throws {
        guard let separator = text.firstRange(of: "://") else { throw HTTPClientError.emptyScheme }
        scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw HTTPClientError.unsupportedScheme(scheme) }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        target = String(rest[end...])
        var authority = rest[..<end]
        // A `Host` field has no user information (RFC 9110 section 7.2), and AsyncHTTPClient does not send it either.
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        var port: Substring?
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            port = authority[authority.index(after: colon)...]
            // RFC 3986 section 3.2.3: a colon without a port is the same as no colon.
            if port?.isEmpty == true { (port, authority) = (nil, authority[..<colon]) }
        }
        guard authority.contains(where: { $0 != ":" }), authority.first != ":" else { throw HTTPClientError.emptyHost }
        self.port = port.map(String.init)
        self.authority = String(authority)
    }

    /// Returns the URL with an endpoint in place of the service. An endpoint that was registered without a port is used
    /// at the port of the URL.
    func url(at endpoint: Endpoint) -> String {
        guard endpoint.port == 0 else { return "\(scheme)://\(endpoint.authority)\(target)" }
        let host = endpoint.authority.dropLast(":0".count)
        return "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")\(target)"
    }

    /// Returns the request for an endpoint. The field `Host` names the service, unless the request has the field.
    func request(_ request: HTTPClientRequest, to endpoint: Endpoint) -> HTTPClientRequest {
        var request = request
        request.url = url(at: endpoint)
        if !request.headers.contains(name: "Host") { request.headers.add(name: "Host", value: authority) }
        return request
    }
}
