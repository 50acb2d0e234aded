// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// Why there is no endpoint to pick.
public struct PickError: Error, LibraryError, Hashable, Sendable {
    /// What is wrong. More kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// Nothing has been found out yet: ask again, or wait for the first answer.
        public static let stillLoading = Code(description: "stillLoading")
        /// It is known that there is nothing to connect to.
        public static let empty = Code(description: "empty")
        /// It could not be found out whether there is anything.
        public static let unknown = Code(description: "unknown")
        /// The service was shut down. Every later pick throws the same.
        public static let closed = Code(description: "closed")
    }

    /// What is wrong.
    public let code: Code

    /// The same for people.
    public let message: String

    /// An error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    static let stillLoading = PickError(code: .stillLoading, message: "nothing is known of the service yet")
    static let empty = PickError(code: .empty, message: "the service has no endpoints")
}

extension PickError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
