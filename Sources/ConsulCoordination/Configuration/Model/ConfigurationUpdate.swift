// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// The state of a configuration at one moment: its last valid value, and what stands against a newer one.
///
/// An update is the whole state, so a slow reader that receives only the latest one misses no information.
public struct ConfigurationUpdate<Value: Sendable>: Sendable {
    /// The last valid value; `nil` before the first. It is kept while Consul cannot be queried, and while the keys do
    /// not form a valid value.
    public internal(set) var value: Value?

    /// The difference between ``value`` and that of the update which the same iterator returned before. Empty if only
    /// the rest of the state has changed, or the layers that values come from. With the first value all keys are added.
    public internal(set) var changes: ConfigurationChanges

    /// The layer that the value of each key comes from: its prefix.
    public internal(set) var origins: [String: String]

    /// Consul's index at which the keys of ``value`` were read; the highest one if several reads make up the value.
    /// `nil` without a value, and for a value from the snapshot file.
    package internal(set) var index: UInt64?

    /// True if ``value`` is from the snapshot file, since Consul has not confirmed it since the start.
    public internal(set) var isFromFile: Bool

    /// The reason that the current keys are not ``value``: they could not be decoded. `nil` if they are.
    public internal(set) var rejection: ConfigurationRejection?

    /// The reason that the current keys are unknown at the moment; `nil` while they are known. Either Consul cannot be
    /// queried, or it shows fewer keys, and the token may not read the missing ones
    /// (``/ConsulHTTP/ConsulHTTPError/Code/denied``). In both cases no key counts as deleted.
    public internal(set) var interruption: ConsulHTTPError?

    /// True if Consul left out keys that the token may not read. Consul says so since 1.11; `false` proves nothing.
    public internal(set) var isFilteredByACLs: Bool
}

/// The keys at an index that do not form a valid value.
public struct ConfigurationRejection: Sendable {
    /// The error of decoding, such as a `DecodingError` that names the key.
    public internal(set) var error: any Error

    /// Consul's index at which the keys were read.
    package internal(set) var index: UInt64?
}

extension ConfigurationRejection: CustomStringConvertible {
    /// The reason, on one line.
    public var description: String {
        "the configuration" + (index.map { " at index \($0)" } ?? "") + " is not valid: "
            + ((error as? DecodingError)?.summary ?? "\(error)")
    }
}

extension DecodingError {
    /// The error as one line, with the key.
    fileprivate var summary: String {
        let (context, detail): (Context, String) =
            switch self {
            case .keyNotFound(let key, let context): (context, "\"\(key.stringValue)\" is missing")
            case .valueNotFound(_, let context), .typeMismatch(_, let context), .dataCorrupted(let context):
                (context, context.debugDescription)
            @unknown default: (Context(codingPath: [], debugDescription: ""), "\(self)")
            }
        let path = context.codingPath.map(\.stringValue).joined(separator: "/")
        return path.isEmpty ? detail : "\(path): \(detail)"
    }
}
