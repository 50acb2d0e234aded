// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// A setting of a policy that makes no sense.
public struct PolicyError: Error, LibraryError, Hashable, Sendable, CustomStringConvertible {
    /// The property that holds it.
    public var property: String

    /// What is wrong with it, and what it should look like.
    public var message: String

    /// One sentence for people.
    public var description: String { "\(property): \(message)" }
}

extension PolicyError {
    /// The same of a property that is part of another.
    func within(_ outer: String) -> PolicyError {
        PolicyError(property: "\(outer).\(property)", message: message)
    }

    static func require(_ isMet: Bool, _ property: String, _ message: () -> String) throws(PolicyError) {
        guard isMet else { throw PolicyError(property: property, message: message()) }
    }

    static func requireShare(_ value: Double, _ property: String) throws(PolicyError) {
        // Written so that NaN fails, too.
        guard value >= 0, value <= 1 else {
            throw PolicyError(property: property, message: "\(value) is not a share; it has to be within 0...1")
        }
    }

    static func require(_ value: Int, atLeast least: Int, _ property: String) throws(PolicyError) {
        guard value >= least else {
            throw PolicyError(property: property, message: "\(value) is too few; it has to be \(least) or more")
        }
    }

    static func requirePositive(_ value: Duration, _ property: String) throws(PolicyError) {
        guard value > .zero else {
            throw PolicyError(property: property, message: "\(value) is no time; it has to be more than zero")
        }
    }
}
