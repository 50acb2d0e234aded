// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// An environment variable whose value makes no sense.
public struct EnvironmentError: Error, LibraryError, Hashable, Sendable, CustomStringConvertible {
    /// The variable.
    public var variable: String

    /// What is wrong with it, and what it should look like. Never quotes a secret.
    public var message: String

    /// One sentence for people.
    public var description: String { "\(variable): \(message)" }
}
