// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason why there is no endpoint to pick.
public struct PickError: Error, MessageError, Hashable, Sendable {
    /// The kind of the reason. More kinds may be added.
    public struct Code: NamedValue {
        package let name: String

        /// No answer has arrived yet: pick again later, or wait for the first answer.
        public static let stillLoading = Code(name: "stillLoading")
        /// The service is known to have no endpoints.
        public static let empty = Code(name: "empty")
        /// It could not be found out whether there are endpoints.
        public static let unknown = Code(name: "unknown")
        /// The service was shut down. Every later pick throws the same error.
        public static let closed = Code(name: "closed")
    }

    /// The kind of the reason.
    public let code: Code

    /// The reason in words.
    public let message: String

    /// Creates an error.
    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    static let stillLoading = PickError(code: .stillLoading, message: "no answer about the service has arrived yet")
    static let empty = PickError(code: .empty, message: "the service has no endpoints")
}
