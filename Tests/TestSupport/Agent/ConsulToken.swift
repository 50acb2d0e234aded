// SPDX-License-Identifier: Apache-2.0

/// A token of the access control, and the one policy it has.
public struct ConsulToken: Sendable, Hashable {
    /// What a client sends.
    public let secret: String
    /// What the token is called without being given away.
    public let accessor: String

    let policy: String
    let policyName: String
}
