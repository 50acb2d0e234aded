// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason that a text is not the address of an HTTP API, and what to write instead.
public struct ConsulHTTPAddressError: Error, MessageError, Hashable, Sendable {
    /// The kinds of mistakes.
    package enum Code {
        /// The scheme before `://` is not `http`, `https` or `unix`.
        case unknownScheme
        /// The host or the port is invalid.
        case badHostPort
        /// A user name or a password precedes the host.
        case credentials
        /// A query or a fragment follows the address.
        case queryOrFragment
        /// The path contains characters that are invalid in a path, or segments that a server would rewrite.
        case badPath
        /// The path of a unix socket is relative, missing or too long.
        case badSocketPath
    }

    /// The kind of mistake.
    package var code: Code

    /// A sentence for the user that says what to write.
    public var message: String
}
