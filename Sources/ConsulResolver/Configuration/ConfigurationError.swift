// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// A setting that makes no sense.
public struct ConfigurationError: Error, LibraryError, Hashable, Sendable, CustomStringConvertible {
    /// The environment variable that holds it, or the path of the property in the configuration.
    public var variable: String

    /// What is wrong with it, and what it should look like.
    public var message: String

    /// One sentence for people.
    public var description: String { "\(variable): \(message)" }
}
