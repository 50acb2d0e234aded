// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// An invalid request, or one that the configured source cannot carry. No query was sent.
public struct ServiceRequestError: Error, LibraryError, Hashable, Sendable, CustomStringConvertible {
    /// The fault of a request. More codes may be added.
    public struct Code: NamedValue {
        package let name: String

        /// The request needs Consul's HTTP API, and the strategy is ``ResolverConfiguration/Strategy/dns``.
        public static let needsHTTP = Code(name: "needsHTTP")
        /// Consul does not have this combination, such as a prepared query with a filter.
        public static let contradiction = Code(name: "contradiction")
        /// One of the request's alternatives has no usable name, or repeats the request or another alternative.
        public static let unusableAlternative = Code(name: "unusableAlternative")
    }

    /// The fault.
    public var code: Code

    /// The fault in words, and its remedy.
    public var description: String

    package init(code: Code, description: String) {
        self.code = code
        self.description = description
    }
}
