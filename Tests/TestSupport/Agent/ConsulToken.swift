// SPDX-License-Identifier: Apache-2.0

/// An access-control token with one policy.
public struct ConsulToken: Sendable, Hashable {
    /// The secret ID, which clients send.
    public let secret: String
    /// The accessor ID, which identifies the token without revealing the secret.
    public let accessor: String

    let policy: String
    let policyName: String
}
