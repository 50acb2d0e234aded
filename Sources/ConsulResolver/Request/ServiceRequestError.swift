// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// A request that makes no sense, or that the configured way cannot carry. Nothing was sent.
public struct ServiceRequestError: Error, LibraryError, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong. More kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The request needs Consul's HTTP API, and the strategy is ``ServiceResolver/Configuration/Strategy/dns``.
        public static let needsHTTP = Code(description: "needsHTTP")
        /// Consul has no such combination, like a prepared query with a filter.
        public static let contradiction = Code(description: "contradiction")
        /// One of the request's alternatives has no usable name, or is where the request looks already.
        public static let unusableAlternative = Code(description: "unusableAlternative")
    }

    /// What is wrong.
    public var code: Code

    /// The same for people, with what to do.
    public var description: String
}
