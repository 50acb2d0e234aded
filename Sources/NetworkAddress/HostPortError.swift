// SPDX-License-Identifier: Apache-2.0

/// The reason why a text is not a `host:port`, and a valid form to write instead.
public struct HostPortError: Error, MessageError, Hashable, Sendable {
    /// The kinds of mistakes.
    package enum Code {
        /// The text is empty, or has no host before the colon.
        case missingHost
        /// There is no port and no default port.
        case missingPort
        /// The host is neither an address nor a name.
        case badHost
        /// The port is not a number from 1 to 65535.
        case badPort
        /// There are several colons and no brackets.
        case unbracketedIPv6
    }

    /// The kind of mistake.
    package var code: Code

    /// The sentence to show to users; it quotes the text and says what to write.
    public var message: String

    /// Creates an error with the sentence that explains it.
    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// Returns a part of the text, unless the text may contain a password: `user:password@host`.
    private static func shown(_ part: String, of text: String) -> String {
        let end = text.firstRange(of: "@")?.lowerBound ?? text.firstRange(of: "%40")?.lowerBound
        guard let end, text[..<end].contains(":") else { return part }
        return "<credentials>"
    }

    static func missingHost(in text: String) -> HostPortError {
        HostPortError(
            code: .missingHost,
            message: "\"\(shown(text, of: text))\" has no host; write host:port, for example 127.0.0.1:8600"
        )
    }

    static func missingPort(in text: String, suggestion: HostPort) -> HostPortError {
        HostPortError(
            code: .missingPort,
            message: "\"\(shown(text, of: text))\" has no port; write for example \(suggestion)"
        )
    }

    static func badHost(_ host: String, in text: String) -> HostPortError {
        HostPortError(
            code: .badHost,
            message: """
                "\(shown(host, of: text))" in "\(shown(text, of: text))" is neither an address nor a host name; \
                write an IPv4 address, an IPv6 address in brackets and without a zone, or a name, and then :port
                """
        )
    }

    static func badPort(_ port: String, in text: String) -> HostPortError {
        HostPortError(
            code: .badPort,
            message:
                "\"\(shown(port, of: text))\" in \"\(shown(text, of: text))\" is not a port; "
                + "write a number from 1 to 65535 after the colon"
        )
    }

    static func unbracketed(_ text: String) -> HostPortError {
        HostPortError(
            code: .unbracketedIPv6,
            message:
                "\"\(shown(text, of: text))\" has more than one colon; "
                + "write an IPv6 address in brackets, for example [::1]:8600"
        )
    }
}
