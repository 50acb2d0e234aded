// SPDX-License-Identifier: Apache-2.0

/// A host and a port as in configuration and URLs: `10.0.0.1:8600`, `[::1]:8600`, `consul.local:8600`.
public struct HostPort: Hashable, Sendable {
    /// The address or name.
    public var host: Host

    /// The port. Zero is possible here, because Consul has services without a port; parsing never yields it.
    public var port: UInt16

    /// Creates a pair of a host and a port.
    @inlinable
    public init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }
}

extension HostPort: Comparable {
    /// Orders by host, then by port.
    public static func < (left: HostPort, right: HostPort) -> Bool {
        (left.host, left.port) < (right.host, right.port)
    }
}

extension HostPort: CustomStringConvertible {
    /// The host and the port joined by a colon, an IPv6 address in brackets (RFC 3986 section 3.2.2).
    public var description: String {
        if case .address(.v6(let address)) = host { return "[\(address)]:\(port)" }
        return "\(host):\(port)"
    }
}

extension HostPort {
    /// Parses `host:port`, where the host is an IPv4 address, an IPv6 address in brackets, or a name.
    ///
    /// An IPv6 address without brackets is refused even where the port may be left out: `::1:8600` would be a valid
    /// address that silently absorbs the intended port.
    ///
    /// - Parameters:
    ///   - text: The text to parse; no spaces, no scheme, no path.
    ///   - defaultPort: The port for text without one, or nil if the text must contain a port.
    public init(_ text: String, defaultPort: UInt16? = nil) throws(HostPortError) {
        let (hostText, portText) = try Self.split(text)
        guard let host = Host(hostText) else { throw .badHost(hostText, in: text) }
        if let portText {
            guard let port = Self.port(portText) else { throw .badPort(portText, in: text) }
            self.init(host: host, port: port)
        } else if let defaultPort {
            self.init(host: host, port: defaultPort)
        } else {
            throw .missingPort(in: text, suggestion: HostPort(host: host, port: 8600))
        }
    }

    private static func split(_ text: String) throws(HostPortError) -> (host: String, port: String?) {
        guard !text.isEmpty else { throw .missingHost(in: text) }
        if text.hasPrefix("[") { return try splitBracketed(text) }
        guard let colon = text.firstIndex(of: ":") else { return (text, nil) }
        let port = text[text.index(after: colon)...]
        guard !port.contains(":") else { throw .unbracketed(text) }
        guard colon > text.startIndex else { throw .missingHost(in: text) }
        return (String(text[..<colon]), String(port))
    }

    private static func splitBracketed(_ text: String) throws(HostPortError) -> (host: String, port: String?) {
        guard let close = text.firstIndex(of: "]") else { throw .badHost(text, in: text) }
        let host = String(text[text.index(after: text.startIndex)..<close])
        guard IPv6Address(host) != nil else { throw .badHost("[\(host)]", in: text) }
        let rest = text[text.index(after: close)...]
        if rest.isEmpty { return (host, nil) }
        guard rest.hasPrefix(":") else { throw .badPort(String(rest), in: text) }
        return (host, String(rest.dropFirst()))
    }

    private static func port(_ text: String) -> UInt16? {
        // `UInt16.init` would also accept a sign.
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return UInt16(text).flatMap { $0 == 0 ? nil : $0 }
    }
}
