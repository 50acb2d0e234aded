// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// Why a text is not the address of an HTTP API, and what to write instead.
public struct ConsulHTTPAddressError: Error, LibraryError, Hashable, Sendable {
    /// The kinds of mistakes; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// Something other than `http`, `https` or `unix` stands before `://`.
        public static let unknownScheme = Code("unknownScheme")
        /// The host or the port is not one.
        public static let badHostPort = Code("badHostPort")
        /// There is a user name or a password in front of the host.
        public static let credentials = Code("credentials")
        /// There is a query or a fragment at the end.
        public static let queryOrFragment = Code("queryOrFragment")
        /// The path holds what a path cannot hold, or what a server would rewrite.
        public static let badPath = Code("badPath")
        /// The path of a unix socket is relative, missing or too long.
        public static let badSocketPath = Code("badSocketPath")
    }

    /// What kind of mistake it is.
    public var code: Code

    /// The sentence to show a person; it says what to write.
    public var message: String
}

extension ConsulHTTPAddressError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
