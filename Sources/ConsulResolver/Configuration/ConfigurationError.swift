// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// An invalid setting.
public struct ConfigurationError: Error, LibraryError, Hashable, Sendable, CustomStringConvertible {
    /// The environment variable that holds the setting, or the path of the property in the configuration.
    public var variable: String

    /// The fault, and the form that the value should have.
    public var message: String

    /// The setting and its fault, in one sentence.
    public var description: String { "\(variable): \(message)" }
}
