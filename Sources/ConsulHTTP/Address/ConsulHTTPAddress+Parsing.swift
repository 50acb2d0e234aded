// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

extension ConsulHTTPAddress {
    /// Parses the syntax of `CONSUL_HTTP_ADDR`: `host:port`, `http://host:port` or `https://host:port`, each optionally
    /// followed by a path, or `unix:///path`.
    ///
    /// The defaults are those of Consul's own client: a missing port is 80, or 443 with TLS; a missing host, as in
    /// `:8500`, is 127.0.0.1.
    ///
    /// - Throws: ``ConsulHTTPAddressError`` for any other text. Credentials before the host are refused because
    ///   addresses are logged; use ``ConsulHTTPConfiguration/basicAuthentication`` instead.
    public init(_ text: String) throws(ConsulHTTPAddressError) {
        try self.init(text, usesTLS: false)
    }

    /// Parses an address.
    ///
    /// - Parameter usesTLS: True to use TLS even if the text does not begin with `https://` (`CONSUL_HTTP_SSL`).
    init(_ text: String, usesTLS: Bool) throws(ConsulHTTPAddressError) {
        guard let mark = text.firstRange(of: "://") else {
            self = try Self.network(text[...], usesTLS: usesTLS)
            return
        }
        let rest = text[mark.upperBound...]
        switch text[..<mark.lowerBound].lowercased() {
        case "http": self = try Self.network(rest, usesTLS: usesTLS)
        case "https": self = try Self.network(rest, usesTLS: true)
        case "unix": self = try Self.unixSocket(rest)
        default:
            // The text is not quoted: "user:secret://..." would be logged.
            throw ConsulHTTPAddressError(
                code: .unknownScheme,
                message: "the scheme of the address is unknown; write http://, https:// or unix://"
            )
        }
    }

    private static func network(_ text: Substring, usesTLS: Bool) throws(ConsulHTTPAddressError) -> Self {
        // This check comes first because every later message quotes the text.
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        try refuseCredentials(text.contains("@") || text[..<slash].contains("%40"))
        guard !text.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw ConsulHTTPAddressError(
                code: .queryOrFragment,
                message: "an address cannot have a query or a fragment; write it without ? and #"
            )
        }
        let hostPort: HostPort
        do throws(HostPortError) {
            hostPort = try HostPort(completed(text[..<slash]), defaultPort: usesTLS ? 443 : 80)
        } catch {
            throw ConsulHTTPAddressError(code: .badHostPort, message: error.message)
        }
        return Self(location: .network(hostPort), usesTLS: usesTLS, pathPrefix: try pathPrefix(text[slash...]))
    }

    /// Returns the authority, with this machine as its host if it has none: Go connects to it for `:8500`.
    private static func completed(_ authority: Substring) -> String {
        let port = authority.dropFirst()
        let hasPortOnly = authority.first == ":" && !port.isEmpty && !port.contains(":")
        return hasPortOnly ? "127.0.0.1:\(port)" : String(authority)
    }

    /// The message does not quote the text because the message may be logged.
    private static func refuseCredentials(_ areThere: Bool) throws(ConsulHTTPAddressError) {
        guard areThere else { return }
        throw ConsulHTTPAddressError(
            code: .credentials,
            message: "an address cannot contain credentials; write host:port, and set CONSUL_HTTP_AUTH"
        )
    }

    private static func pathPrefix(_ path: Substring) throws(ConsulHTTPAddressError) -> String {
        let trimmed = path.last == "/" ? path.dropLast() : path
        guard !trimmed.isEmpty else { return "" }
        // A Go server answers such a path with a redirect, and the client follows no redirects.
        let segments = trimmed.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && isEncoded($0) }) else {
            throw ConsulHTTPAddressError(
                code: .badPath,
                message: """
                    "\(path)" is not a valid path before /v1; write segments of letters, digits, -, ., _ and ~ with \
                    one slash between them, and %XX for every other byte
                    """
            )
        }
        return String(trimmed)
    }

    private static func isEncoded(_ segment: Substring) -> Bool {
        var rest = segment.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, rest.prefix(2).allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
                else { return false }
                rest = rest.dropFirst(2)
            } else if !PercentEncoding.isUnreserved(byte) {
                return false
            }
        }
        return true
    }

    private static func unixSocket(_ path: Substring) throws(ConsulHTTPAddressError) -> Self {
        // A socket path may contain these characters. Text that is not an absolute path may be a user and a password.
        try refuseCredentials(!path.hasPrefix("/") && (path.contains("@") || path.contains("%40")))
        // `sun_path` ends with a zero byte; it has 104 bytes on Darwin and 108 on Linux. The smaller limit is valid on
        // both.
        guard path.hasPrefix("/"), path != "/", path.utf8.count < 104, !path.utf8.contains(where: { $0 < 0x20 }) else {
            throw ConsulHTTPAddressError(
                code: .badSocketPath,
                message: """
                    "\(path)" is not the path of a socket; write unix:// and an absolute path of at most 103 bytes, \
                    for example unix:///run/consul.sock
                    """
            )
        }
        return Self(location: .unixSocket(path: String(path)))
    }
}
