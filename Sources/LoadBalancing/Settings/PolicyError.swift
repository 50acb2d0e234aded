// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

/// A setting of a policy that is out of range.
package struct PolicyError: Error, LibraryError, Hashable, Sendable, CustomStringConvertible {
    /// The name of the property.
    package var property: String

    /// The fault of the value, and the values that are allowed.
    package var message: String

    /// One sentence for people.
    package var description: String { "\(property): \(message)" }
}

extension PolicyError {
    /// Returns the same error for a property that is part of another.
    func within(_ outer: String) -> PolicyError {
        PolicyError(property: "\(outer).\(property)", message: message)
    }

    static func require(_ isMet: Bool, _ property: String, _ message: () -> String) throws(PolicyError) {
        guard isMet else { throw PolicyError(property: property, message: message()) }
    }

    static func requireShare(_ value: Double, _ property: String) throws(PolicyError) {
        // Written so that NaN fails, too.
        guard value >= 0, value <= 1 else {
            throw PolicyError(property: property, message: "\(value) is not a share; use a number within 0...1")
        }
    }

    static func require(_ value: Int, atLeast least: Int, _ property: String) throws(PolicyError) {
        guard value >= least else {
            throw PolicyError(property: property, message: "\(value) is too few; use \(least) or more")
        }
    }

    static func requirePositive(_ value: Duration, _ property: String) throws(PolicyError) {
        guard value > .zero else {
            throw PolicyError(property: property, message: "\(value) is not positive; use a time of more than zero")
        }
    }
}
