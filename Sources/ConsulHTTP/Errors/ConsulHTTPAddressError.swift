// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason that a text is not the address of an HTTP API, and what to write instead.
public struct ConsulHTTPAddressError: Error, LibraryError, Hashable, Sendable {
    /// Kinds of mistakes; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// The scheme before `://` is not `http`, `https` or `unix`.
        public static let unknownScheme = Code("unknownScheme")
        /// The host or the port is invalid.
        public static let badHostPort = Code("badHostPort")
        /// A user name or a password precedes the host.
        public static let credentials = Code("credentials")
        /// A query or a fragment follows the address.
        public static let queryOrFragment = Code("queryOrFragment")
        /// The path contains characters that are invalid in a path, or segments that a server would rewrite.
        public static let badPath = Code("badPath")
        /// The path of a unix socket is relative, missing or too long.
        public static let badSocketPath = Code("badSocketPath")
    }

    /// The kind of mistake.
    public var code: Code

    /// A sentence for the user that says what to write.
    public var message: String
}

extension ConsulHTTPAddressError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
