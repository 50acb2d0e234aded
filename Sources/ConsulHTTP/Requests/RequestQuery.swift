// SPDX-License-Identifier: Apache-2.0

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
