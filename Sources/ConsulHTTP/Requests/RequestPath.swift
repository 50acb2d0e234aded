// SPDX-License-Identifier: Apache-2.0

/// The path of an endpoint below the address' prefix, percent-encoded.
package struct RequestPath: Hashable, Sendable, CustomStringConvertible {
    /// The encoded path, from the slash in front of `v1` on.
    package private(set) var description: String

    /// A path that is written in the source, such as `/v1/catalog/services`.
    package init(_ literal: StaticString) {
        description = literal.description
    }

    /// The path with one more segment. A slash in it is encoded, so that a name stays one segment.
    package func appending(segment: String) -> RequestPath {
        var path = self
        path.description += "/" + PercentEncoding.encode(segment)
        return path
    }

    /// The path with a key behind it, whose slashes stay what they are.
    package func appending(key: String) -> RequestPath {
        var path = self
        path.description += "/" + PercentEncoding.encode(key) { $0 == UInt8(ascii: "/") }
        return path
    }
}
