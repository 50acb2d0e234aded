// SPDX-License-Identifier: Apache-2.0

public import Logging

/// The settings of a watched configuration.
public struct ConfigurationOptions: Sendable {
    /// The time without a further change after which changes are delivered, so that a program which writes its keys
    /// one by one causes few updates. Default 10 ms; zero delivers each change at once. The first value is never
    /// delayed.
    ///
    /// Keys that must change together are best written in one transaction, which has one index.
    public var quietTime = Duration.milliseconds(10)

    /// The longest time for which changes that do not end delay an update. Default 1 s.
    public var longestDelay = Duration.seconds(1)

    /// The file that keeps the last valid configuration for a start without Consul; `nil`, the default, for none.
    public var snapshot: ConfigurationSnapshotFile?

    /// The logger for failures of the snapshot file. Default `nil`.
    public var logger: Logger?

    /// Creates the default settings.
    public init() {}
}

/// A file with the last valid configuration. It is used if Consul cannot be queried at the start, and only until
/// Consul answers.
///
/// The file is written whole or not at all, and only its owner may read it. A file that another user may have written
/// is not used, and a file of another kind is not overwritten.
public struct ConfigurationSnapshotFile: Sendable {
    /// The path.
    package var path: String

    /// The greatest age of a file that is used. Default 7 days. While Consul answers, the file is written at least once
    /// an hour.
    public var maximumAge = Duration.seconds(7 * 86_400)

    /// Returns true for a key whose value is not written, because it is a secret. Values from the file lack these keys;
    /// if they do not form a valid value without them, the file is of no use.
    let isExcluded: @Sendable (_ key: String) -> Bool

    /// Creates a description of the file.
    ///
    /// - Parameters:
    ///   - path: The path. Each configuration needs a file of its own.
    ///   - isSecret: Returns true for a key, without the prefix of its layer, that must not be in the file. By default
    ///     a key is a secret if a part of it contains one of the words `secret`, `password`, `passwd`, `token`,
    ///     `credential`, `private`, or `apikey` and `api_key`, in any case. Return `false` to write all keys.
    public init(path: String, excluding isSecret: @escaping @Sendable (_ key: String) -> Bool = Self.looksSecret) {
        (self.path, isExcluded) = (path, isSecret)
    }

    /// Returns true for a key that names a secret.
    ///
    /// - Parameter key: The key.
    @Sendable public static func looksSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return [
            "secret", "password", "passwd", "token", "credential", "private", "apikey", "api_key", "api-key",
        ].contains { key.contains($0) }
    }
}
