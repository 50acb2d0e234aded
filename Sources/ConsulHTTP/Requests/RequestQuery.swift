// SPDX-License-Identifier: Apache-2.0

/// The parameters of a request, in the order in which they were added. A name may occur several times: Consul wants all
/// tags.
package struct RequestQuery: Hashable, Sendable, CustomStringConvertible {
    /// The encoded query with its question mark; empty if there are no parameters.
    package private(set) var description = ""

    /// No parameters.
    package init() {}

    /// Adds a parameter; one without a value is a flag.
    package mutating func append(_ name: String, _ value: String? = nil) {
        description += description.isEmpty ? "?" : "&"
        description += PercentEncoding.encode(name)
        if let value { description += "=" + PercentEncoding.encode(value) }
    }

    /// Adds a parameter if there is a value for it.
    package mutating func append(_ name: String, ifPresent value: String?) {
        if let value { append(name, value) }
    }
}
