// SPDX-License-Identifier: Apache-2.0

/// The path of an endpoint below the address' prefix, percent-encoded.
package struct RequestPath: Hashable, Sendable, CustomStringConvertible {
    /// The encoded path, beginning with `/v1`.
    package private(set) var description: String

    /// Creates a path from a literal, such as `/v1/catalog/services`.
    package init(_ literal: StaticString) {
        description = literal.description
    }

    /// Returns the path with one more segment. Slashes in the segment are encoded, so that it stays one segment.
    package func appending(segment: String) -> RequestPath {
        var path = self
        path.description += "/" + PercentEncoding.encode(segment)
        return path
    }

    /// Returns the path followed by a key, whose slashes are kept.
    package func appending(key: String) -> RequestPath {
        var path = self
        path.description += "/" + PercentEncoding.encode(key) { $0 == UInt8(ascii: "/") }
        return path
    }
}
