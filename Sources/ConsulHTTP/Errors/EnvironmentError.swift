// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// An environment variable with an invalid value.
public struct EnvironmentError: Error, LibraryError, Hashable, Sendable, CustomStringConvertible {
    /// The name of the variable.
    public var variable: String

    /// The mistake, and what to write instead. Never quotes a secret.
    public var message: String

    /// The variable and the message, as one sentence.
    public var description: String { "\(variable): \(message)" }
}
