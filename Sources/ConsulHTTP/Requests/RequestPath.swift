// SPDX-License-Identifier: Apache-2.0

/// The path of an endpoint below the address' prefix, percent-encoded.
package struct RequestPath: Hashable, Sendable, CustomStringConvertible {
    /// The encoded path, beginning with `/v1`.
    package private(set) var description: String

    #if Tracing
    /// The literal that the path begins with: the name of the endpoint, of which there are few.
    private(set) var route: String
    /// The key that was appended, not encoded; `nil` if none was.
    private(set) var key: String?
    #endif

    /// Creates a path from a literal, such as `/v1/catalog/services`.
    package init(_ literal: StaticString) {
        description = literal.description
        #if Tracing
        route = literal.description
        #endif
    }

    /// Returns the path with one more segment. Slashes in the segment are encoded, so that it stays one segment.
    package func appending(segment: String) -> RequestPath {
        var path = self
        path.description += "/" + PercentEncoding.encode(segment)
        return path
    }

    /// Returns the path followed by a key. Slashes of the key are kept.
    package func appending(key: String) -> RequestPath {
        var path = self
        path.description += "/" + PercentEncoding.encode(key) { $0 == UInt8(ascii: "/") }
        #if Tracing
        path.key = key
        #endif
        return path
    }
}

/// The parameters of a request, in the order in which they were appended. A name may occur several times: Consul
/// applies all `tag` parameters.
package struct RequestQuery: Hashable, Sendable, CustomStringConvertible {
    /// The encoded query with its question mark; empty if there are no parameters.
    package private(set) var description = ""

    /// Creates a query without parameters.
    package init() {}

    /// Appends a parameter; one without a value is a flag.
    package mutating func append(_ name: String, _ value: String? = nil) {
        description += description.isEmpty ? "?" : "&"
        description += PercentEncoding.encode(name)
        if let value { description += "=" + PercentEncoding.encode(value) }
    }

    /// Appends a parameter if its value is not `nil`.
    package mutating func append(_ name: String, ifPresent value: String?) {
        if let value { append(name, value) }
    }
}
