// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

extension ConsulHTTPAddress {
    /// Reads what `CONSUL_HTTP_ADDR` may hold: `host:port`, `http://host:port`, `https://host:port`, each with a path
    /// behind it or without, or `unix:///path`.
    ///
    /// As Consul's own client reads it: without a port it is 80, or 443 with TLS, and without a host, as in `:8500`, it is
    /// 127.0.0.1.
    ///
    /// - Throws: ``ConsulHTTPAddressError`` for everything else. Credentials in front of the host are refused, for an
    ///   address ends up in logs; use ``ConsulHTTPClient/Configuration/basicAuthentication``.
    public init(_ text: String) throws(ConsulHTTPAddressError) {
        try self.init(text, usesTLS: false)
    }

    /// Reads an address.
    ///
    /// - Parameter usesTLS: Whether there is TLS also where the text does not begin with `https://` (`CONSUL_HTTP_SSL`).
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
            // Not quoted: "user:secret://..." would end up in a log.
            throw ConsulHTTPAddressError(
                code: .unknownScheme,
                message: "the address starts with an unknown scheme; write http://, https:// or unix:// and no other"
            )
        }
    }

    private static func network(_ text: Substring, usesTLS: Bool) throws(ConsulHTTPAddressError) -> Self {
        // First of all, since every other message quotes the text.
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        try refuseCredentials(text.contains("@") || text[..<slash].contains("%40"))
        guard !text.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw ConsulHTTPAddressError(
                code: .queryOrFragment,
                message: "an address has no query and no fragment; write nothing from the first ? or # on"
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

    /// The authority with this machine as its host if it has none: that is where Go connects to for `:8500`.
    private static func completed(_ authority: Substring) -> String {
        let port = authority.dropFirst()
        let hasPortOnly = authority.first == ":" && !port.isEmpty && !port.contains(":")
        return hasPortOnly ? "127.0.0.1:\(port)" : String(authority)
    }

    /// The text is not quoted: it ends up in a log.
    private static func refuseCredentials(_ areThere: Bool) throws(ConsulHTTPAddressError) {
        guard areThere else { return }
        throw ConsulHTTPAddressError(
            code: .credentials,
            message: "credentials do not belong into an address; write host:port, and the rest into CONSUL_HTTP_AUTH"
        )
    }

    private static func pathPrefix(_ path: Substring) throws(ConsulHTTPAddressError) -> String {
        let trimmed = path.last == "/" ? path.dropLast() : path
        guard !trimmed.isEmpty else { return "" }
        // What Go's servers would answer with a redirect, which is never followed, is refused here already.
        let segments = trimmed.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && isEncoded($0) }) else {
            throw ConsulHTTPAddressError(
                code: .badPath,
                message: """
                    "\(path)" cannot stand before /v1; write segments of letters, digits, -, ., _ and ~ with one slash \
                    between them, and %XX for every other byte
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
        // The path of a socket may have such a character in it; what is no path may be a user and a password.
        try refuseCredentials(!path.hasPrefix("/") && (path.contains("@") || path.contains("%40")))
        // sun_path ends with a zero; Darwin's has 104 bytes, Linux' 108. The smaller one serves both.
        guard path.hasPrefix("/"), path != "/", path.utf8.count < 104, !path.utf8.contains(where: { $0 < 0x20 }) else {
            throw ConsulHTTPAddressError(
                code: .badSocketPath,
                message: """
                    "\(path)" cannot be the path of a socket; write unix:// and an absolute path of at most 103 bytes, \
                    for example unix:///run/consul.sock
                    """
            )
        }
        return Self(location: .unixSocket(path: String(path)))
    }
}
