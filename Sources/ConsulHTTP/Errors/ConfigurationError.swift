// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// An invalid setting.
public struct ConfigurationError: Error, LibraryError, Hashable, Sendable, CustomStringConvertible {
    /// The environment variable that holds the setting, or the path of the property in the configuration.
    public var setting: String

    /// The fault, and the form that the value should have. Never quotes a secret.
    public var message: String

    package init(setting: String, message: String) {
        self.setting = setting
        self.message = message
    }

    /// The setting and its fault, in one sentence.
    public var description: String { "\(setting): \(message)" }
}
